// SPDX-License-Identifier: MIT
// The vocabulary in which every Zscaler tool is written: const data, one file a resource under
// src/tools/<service>/. What follows from the data is derived and not written twice: wire names
// (snake_case -> camelCase), the input schema, the annotations, the error prefix, the confirmation
// of deletes. docs/tools.md shows which shape of tool is said with which words.
//
//   A tool     .name .toolset .risk .text       what the model sees
//   sends      .method .path .query .body       one request; or .steps = STEPS(...) for several
//   from       .args = ARGS(...)                name, type | flags, where it goes, its text
//   takes      .at .model .keys                 where the answer lies in the response, and its
//   shape returns    .list .says .view .finish        records, one object, a sentence, a made
//   object
//
// Places: {arg} in a path is an argument, encoded as one segment; in a query, encoded as a value;
//         {customer} and {zcell_customer} come from the configuration, {now} is the epoch second;
//         {1.id} is "id" in the answer
//         of step 1, {1.list.0.id} of the first of a list, {1.list.[name=@arg].id} of the one that
//         has this name, in any case (without @: a word).
// Args:   a PATH argument is required; others are optional and nullable unless NEEDED or with a
//         default (.otherwise, JSON). An optional argument that was not given is not sent.
// Steps:  run in order, those whose .when holds; arguments belong to the step after which no other
//         is due unless .step says otherwise; the answer is that of the last step sent. So a tool
//         whose arguments choose between requests is a list of steps.
// Models: named by their SDK class, written in src/tools/<service>/models_table.c.
// Code:   .as turns one value (catalog/forms.h), .prepare judges or completes the arguments before
//         anything is sent, .finish works on the shaped answer (before .view), .hook replaces the
//         sending as a whole and may send steps with call_step. They stand in the tool's own file.
//
// Everything is immutable and lives as long as the program.
#ifndef CATALOG_TOOL_H
#define CATALOG_TOOL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "json/dom.h"

enum risk { READS, CREATES, UPDATES, DELETES };
enum method { NO_METHOD, GET, POST, PUT, DELETE };

// The JSON type an argument has for the model.
enum arg_type {
    STR = 1,
    INT,
    NUM,
    BOOL,
    ANY,
    OBJ,
    STRS,
    INTS,
    OBJS,
    STRSS, // arrays of; STRSS: of arrays of strings
    ARG_TYPE = 0xff,
    NEEDED = 0x100,  // required
    OR_NULL = 0x200, // may be null although it has a default
};

enum arg_place {
    NOWHERE,   // not sent as it is: hooks and filters read it
    PATH,      // a place in the path
    QUERY,     // name=value; lists repeat the name
    BODY,      // a member of the JSON body; .wire may be dotted: "settings.mode"
    VARS,      // a GraphQL variable
    MERGE,     // an object whose members are merged into the body, last
    SPAN,      // hours or days back from now: two query parameters, .wire = "from,to"
    BODY_SPAN, // the same as two members of the body
    HEADER,    // a request header, and a member of the body
    BOTH,      // the same name in query and body (microtenantId of some ZPA writes)
};

#define ALL_STEPS 255

struct tool_call;
struct arg;

// Turns the value of an argument into what is sent; a new reference. NULL leaves it out, or fails
// if err was set. Named ones stand in catalog/forms.h.
typedef json_t *arg_form(struct tool_call *call, const struct arg *arg, json_t *value,
                         struct err *err);

struct arg {
    const char *name;
    unsigned type; // enum arg_type and flags
    enum arg_place place;
    const char *text;      // for the model: what it means, units, an example
    const char *wire;      // the name on the wire; NULL: name in camelCase
    const char *otherwise; // default as JSON; NULL: null
    arg_form *as;
    const char *const *choices;  // the only values; ends with NULL
    const char *pattern;         // ^(A|B|C)$: alternatives only
    const char *const (*map)[2]; // for as_one_of: what is given, what is sent; ends with NULL
    int64_t min, max;            // judged when .min < .max or one of them is set
    unsigned char step;          // 0: the last; n: the nth; ALL_STEPS
    bool zero_ok;                // min 0 is a bound
};

#define ARGS(...)    ((const struct arg[]){ __VA_ARGS__, { 0 } })
#define STEPS(...)   ((const struct step[]){ __VA_ARGS__, { 0 } })
#define CHOICES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define MAP(...)     ((const char *const[][2]){ __VA_ARGS__, { NULL, NULL } })

struct step {
    enum method method;
    const char *path;
    const char *query; // encoded: "pagesize=1000", "name%5Blike%5D={name}"
    const char *body;  // members that are always sent, as JSON; "{1.id}": from the answer of step 1
    // Sent only if this holds: "arg" is given, "!arg" is not, "arg=word" (true and false are words
    // of booleans), "1.id" is in an answer,
    // "!1.id" is not; "a&b" both, "a,b" one of them (& binds closer). NULL: always.
    const char *when;
    // Said when a place of the path or of the body is in no answer: "No IdP '{idp_name}'".
    const char *missing;
    // Where its answer differs from the tool's other steps:
    const char *at, *model;
    bool one; // the answer is one record of a list
};

// What the keys of records become.
enum keys {
    KEYS_SNAKE, // snake_case; with a model, only its fields
    KEYS_RAW,   // as the API sent them
};

typedef bool tool_prepare(struct tool_call *call, struct err *err);
typedef bool tool_finish(struct tool_call *call, json_t **value, struct err *err);
typedef bool tool_hook(struct tool_call *call, json_t **ret, struct err *err);

struct tool {
    const char *name;
    const char *toolset;
    enum risk risk;
    const char *text;
    // the request
    enum method method;
    const char *path;
    const char *query;
    const char *body;
    const char *graphql;      // the document; its operation name is read from it
    const char *customer_var; // the GraphQL variable that gets the customer id; NULL: none
    const struct step *steps;
    const struct arg *args;
    // the answer
    const char *at;    // dotted place of the records or object in the answer; NULL: all of it
    const char *model; // class name within the service; NULL: every key
    enum keys keys;
    bool list;        // is a list of records: has `query`, may be CSV
    bool no_query;    // a list without `query`
    bool with_query;  // an object with `query`
    bool json;        // never CSV
    bool lax;         // an answer without content is an empty object
    const char *says; // returns {success, message}; {arg} and {arg.#} (length) are replaced
    // returns this object, as JSON; "{.}" is the shaped answer, "{.name}" a member of it, "{arg}"
    // an argument; what is not there is null
    const char *view;
    // client-side search: "arg=field", a part of the field, any case; "arg==field", all of it, and
    // none is an error
    const char *find;
    const char *untrusted; // content from outside: a note for the banner, or ""
    const char *output;    // the output schema, JSON; NULL: none (as most)
    // deletes
    const char *what; // the thing's name in the confirmation; NULL: derived from the name
    // errors
    const char *doing; // "Failed to <doing>: …"; NULL: derived from the name
    bool needs_change; // an update without anything to change is refused
    // code
    tool_prepare *prepare;
    tool_finish *finish;
    tool_hook *hook;
};

// --- what code of a tool may use ---

struct tool_request {
    enum method method;
    struct str path, query, body; // encoded
    const char *header;           // one more header, may be NULL
    struct str header_value;
};

// One running call. Everything allocated belongs to the arena.
struct tool_call {
    const struct tool *tool;
    struct arena *arena;
    json_t *args;     // validated, defaults filled in; may be changed by .prepare
    json_t **answers; // of the steps so far, owned; absent or empty answers are NULL
    size_t answer_count;
    const struct step *sent; // the last one that was sent; NULL: none
    const json_t *body;      // a hook's: members that the next step sends as they are; NULL: none
    int64_t now;
    const char *customer, *zcell_customer, *microtenant; // may be NULL
    // Sends; *ret_answer is a new reference, NULL when the answer had no content.
    bool (*send)(struct tool_call *call, const struct tool_request *request, json_t **ret_answer,
                 struct err *err);
    void *ctx;
};

// The argument's value; NULL when absent or null.
json_t *call_arg(const struct tool_call *call, const char *name);
struct str call_text(const struct tool_call *call, const char *name); // .p NULL if absent
// Sends a step that is written in the words above, and keeps its answer (call->answers).
MUST_USE bool call_step(struct tool_call *call, const struct step *step, size_t number, bool last,
                        struct err *err);
json_t *call_answer(const struct tool_call *call, size_t step); // from 1; borrowed, NULL if none
// Whether the step's .when holds as things stand.
bool call_step_due(const struct tool_call *call, const struct step *step);

// --- the registry ---

struct model_spec {
    const char *name;   // SDK class
    const char *fields; // see catalog/model.h
};

struct service {
    const char *name;  // "zia"
    const char *title; // "Zscaler Internet Access"
    const struct model_spec *models;
};

// --- derived from the data ---
struct str tool_service(const struct tool *tool); // "zia" (also of get_zia_…)
const struct arg *tool_arg(const struct tool *tool, const char *name);
bool tool_has_query(const struct tool *tool);
bool tool_changes(const struct tool *tool); // something; such a tool also takes arg_dry_run
extern const struct arg arg_dry_run;
struct str arg_wire(const struct arg *arg, struct arena *arena);
bool arg_required(const struct arg *arg);
bool arg_nullable(const struct arg *arg);
size_t tool_steps(const struct tool *tool, const struct step **ret,
                  struct step *room); // room: for a tool without .steps
struct str tool_doing(const struct tool *tool, struct arena *arena); // "list rule labels"
struct str tool_thing(const struct tool *tool, struct arena *arena); // "Rule Label"

#endif
