// SPDX-License-Identifier: MIT
// What the services share and where they differ: the prefix of their paths, how a list is wrapped
// and paged, how they search, and what an error looks like; and the table of their resources.
#ifndef DEV_ONEAPI_API_H
#define DEV_ONEAPI_API_H

#include "fake.h"

// What can be done at a resource; an item is one more segment.
enum can {
    CAN_LIST = 1,    // GET     the list
    CAN_GET = 2,     // GET     item
    CAN_CREATE = 4,  // POST
    CAN_UPDATE = 8,  // PUT     item
    CAN_REMOVE = 16, // DELETE  item
    CAN_SEARCH = 32, // POST    gives the list
    CAN_READ = 64,   // GET     the one document
    CAN_WRITE = 128, // PUT     changes the document
    CAN_POST = 256,  // POST    changes the document
    CAN_ASK = 512,   // POST    gives the document, unchanged
    CAN_RUN = 1024,  // POST or PUT as .method says, done by .run
};

enum envelope {
    ENVELOPE_ARRAY,
    ENVELOPE_ZPA,   // totalPages and totalCount as text, list
    ENVELOPE_ZCELL, // totalElements, totalPages, size, content
    ENVELOPE_ZDX,   // items or the resource's name, next_offset
    ENVELOPE_ZID,   // results_total, pageOffset, pageSize, next_link, prev_link, records
    ENVELOPE_EASM,  // results
};

typedef void resource_run(struct call *c);

struct resource {
    const char *base;  // behind the service's prefix; {} is any one segment
    const char *store; // collection of the records
    unsigned can;
    const char *list;        // ZDX: name of the list member; NULL: "items"
    const char *key;         // member that is the id; NULL: "id"
    const char *tail;        // last segment, behind the item's id
    const char *scope;       // member that says to which of the last {} a record belongs
    const char *via;         // collection whose "name" the last {} is, its id being the scope
    const char *parent;      // collection in which the last {} has to be an id
    const char *needs;       // query parameter without which it is 400
    const char *by;          // query parameter that is the item's id
    enum http_method method; // of .run
    resource_run *run;
};

enum error_shape { ERROR_CODE_MESSAGE, ERROR_ID_REASON, ERROR_ZCELL, ERROR_ZCC };

struct api {
    const char *prefix;
    const struct resource *resources; // ends with a NULL base
    enum envelope envelope;
    enum error_shape errors;
    const char *page, *size; // names of the query parameters
    bool by_offset;          // .page is the number of records to skip
    int first_page;          // number of the first page
    int64_t size_default, size_max;
    const char *const *search; // parameters that search in names; ends with NULL
    bool graphql;              // the one path is <prefix>graphql
};

extern const struct api apis[]; // ends with a NULL prefix
extern const struct resource zia_resources[], zpa_resources[], zdx_resources[], zcc_resources[],
    ztw_resources[], zid_resources[], easm_resources[], zcell_resources[];

const struct api *api_find(struct str path);
// Fills c->resource, id and wild from the path and the method. False with *ret_allowed 0: nothing
// is there; else with the methods that it takes.
bool resource_find(struct call *c, struct str path, enum http_method method, unsigned *ret_allowed);
const char *resource_key(const struct resource *r);

// Does what was asked for at c->resource, and answers.
void records_handle(struct call *c);
// After any change ZIA's configuration waits to be activated.
void records_touched(struct call *c);
struct store *call_store(const struct call *c);

// --- refuse.c: true when the refusal was answered ---
bool refuse_removal(struct call *c, const json_t *record);
bool refuse_duplicate(struct call *c, const json_t *body, const json_t *self); // self: NULL if new

// --- runs.c ---
resource_run run_activate, run_bulk_delete, run_bulk_update, run_url_lookup, run_log_format;

#endif
