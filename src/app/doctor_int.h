// SPDX-License-Identifier: MIT
// State of one run of doctor. Checks run one after the other, in the order of one table, and add
// findings; what a finding's number means stands in doctor_mistakes_table.c.
#ifndef APP_DOCTOR_INT_H
#define APP_DOCTOR_INT_H

#include "app/settings.h"
#include "idp/probe.h"

#define DOCTOR_REQUESTS_MAX 15    // in one run, to whomever
#define DOCTOR_PAUSE_MS     250   // between two of them
#define DOCTOR_TIMEOUT_MS   10000 // of each
#define DOCTOR_RUN_MS       60000 // of all
#define DOCTOR_ANSWER_MAX   (1024 * 1024)
#define FINDINGS_MAX        96
#define CHECKS_MAX          32

// UNSEEN: cannot be told, with the way to find out.
enum grade { GRADE_OK, GRADE_WARNING, GRADE_WRONG, GRADE_UNSEEN };

// A misconfiguration with its number. title and click NULL: those of the explanation of aadsts (or
// word) in src/idp/explain_table.c.
struct mistake {
    const char *number; // "E12"
    const char *seen;   // by what doctor sees it; NULL: only a sign-in or the server's log shows it
    int aadsts;
    const char *word;
    const char *title;
    const char *click; // the fix as a click path
    const char *set;   // the fix as a line of the environment; NULL: none helps
};
extern const struct mistake doctor_mistakes[];
extern const size_t doctor_mistake_count;

const struct mistake *doctor_mistake(const char *number); // NULL: unknown
const char *doctor_title(const struct mistake *m);
const char *doctor_click(const struct mistake *m);

struct doctor;

struct check {
    const char *id;    // in JSON
    const char *label; // in the table
    const char *group;
    unsigned needs;
    void (*run)(struct doctor *d);
};
#define NEEDS_SIGN_IN  1u  // the OIDCProxy is configured
#define NEEDS_PROVIDER 2u  // nothing found so far makes asking the provider pointless
#define NEEDS_CLIENT   4u  // … and the provider's values are good enough to ask with
#define NEEDS_SECRET   8u  // a client credential is configured
#define NEEDS_USER     16u // --user
#define NEEDS_ENTRA    32u // the provider is Entra ID

struct finding {
    const struct check *check;
    enum grade grade;
    bool inconclusive;             // UNSEEN although it should have been seen: exit code 2
    const struct mistake *mistake; // NULL: has no number
    struct str text;               // what was found, one line
    const char *click, *set;       // the fix; NULL: none of that kind
    struct probe saw;              // evidence; .correlation "": none
    int64_t when;                  // of the evidence, clock_now()
};

struct doctor {
    // as given
    struct options *o;
    const char *(*env_of)(const char *);
    bool json, verbose, deep, help, list_mistakes;
    const char *user, *url;
    // set up before the checks
    struct settings settings;
    struct idp_config config; // as configured, where a sign-in is
    struct arena *arena;
    struct fetcher *fetcher;
    struct idp *idp; // NULL: the values do not make one
    struct err no_idp;
    bool entra;
    struct str base; // the public address, no slash behind it; empty: not known
    // while running
    const struct check *now;
    struct finding findings[FINDINGS_MAX];
    size_t count;
    const struct check *not_tried[CHECKS_MAX];
    size_t not_tried_count;
    const char *stopped_by; // number of the finding that makes asking the provider pointless
    int requests;
    int64_t started, last; // clock_mono_ms()
    bool waited;           // for a Retry-After, which is honoured once
    // what the checks learned
    bool told_apart; // an invented redirect URI was refused: the others' answers mean something
    enum probe_answer callback, loopback, oauth_callback, device;
    bool callback_tried;
    struct str callback_uri; // the one that is registered, or should be
};

// --- doctor.c ---
// Adds a finding of the running check; number NULL: none. Its fix is that of the number, for
// GRADE_WRONG and GRADE_WARNING; callers may put a better one in its place. Never NULL.
struct finding *doctor_add(struct doctor *d, enum grade grade, const char *number, const char *fmt,
                           ...) PRINTF(4, 5);
struct finding *doctor_find(struct doctor *d, const char *number); // the first; NULL
// What was suspected is certain: makes the finding of that number wrong, or NULL if there is none.
struct finding *doctor_confirm(struct doctor *d, const char *number, const struct probe *saw);
void doctor_saw(struct finding *f, const struct probe *probe);
const char *doctor_text(struct doctor *d, const char *fmt, ...) PRINTF(2, 3);
// What proves this server at the provider, as words behind "the"; NULL: a public client.
const char *doctor_credential(const struct doctor *d);

// --- doctor_ask.c: every request of a run goes through here ---
struct answer {
    struct probe said; // status, correlation …; .status 0: no answer came, .said tells why
    enum err_code failure;
    struct fetch_response response;
};
void answer_release(struct answer *a);
DEFINE_CLEANUP_VALUE(answer_release, struct answer)
// One request; body .p NULL: GET. False when no answer came.
bool doctor_fetch(struct doctor *d, const char *url, struct str body,
                  const struct fetch_header *headers, struct answer *ret);
enum probe_kind { ASK_REDIRECT, ASK_DEVICE, ASK_DEVICE_POLL, ASK_CLIENT, ASK_SECRET };
void doctor_probe(struct doctor *d, enum probe_kind kind, const char *uri, struct probe *ret);
// May one more request go out? Waits for its turn.
bool doctor_may_ask(struct doctor *d, char *ret_why, size_t size);

// --- the checks ---
void check_settings(struct doctor *d); // doctor_settings.c
void check_people(struct doctor *d);
void check_scopes(struct doctor *d);
void check_audience(struct doctor *d);
void check_key(struct doctor *d); // doctor_state.c
void check_folder(struct doctor *d);
void check_store(struct doctor *d);
void check_discovery(struct doctor *d); // doctor_provider.c
void check_keys(struct doctor *d);
void check_user(struct doctor *d);
void check_client(struct doctor *d); // doctor_registration.c
void check_wildcard(struct doctor *d);
void check_callback(struct doctor *d);
void check_loopback(struct doctor *d);
void check_device(struct doctor *d);
void check_secret(struct doctor *d);
void check_own_resource(struct doctor *d); // doctor_server.c
void check_own_metadata(struct doctor *d);
void check_own_challenge(struct doctor *d);
void check_oneapi(struct doctor *d);  // doctor_zscaler.c
void check_clients(struct doctor *d); // doctor_verdict.c
void check_unseen(struct doctor *d);

// The number of a problem or warning that the settings told, by its text; NULL: it has none.
const char *settings_number(struct str line);
// E30, E32: what is wrong with these scopes, NULL: nothing that shows.
const char *scopes_number(const char *scopes);

// --- doctor_verdict.c ---
struct verdict {
    const char *way;   // "callback", "loopback", "device", "none", "unknown"
    struct str text;   // which way will be used, and why
    struct str change; // the one thing that would make it better; empty: nothing
    const char *set;   // as a line of the environment; NULL: none
};
struct verdict doctor_verdict(struct doctor *d);
// Judges the findings together: a way that works makes what stands in the way of another a warning.
void doctor_weigh(struct doctor *d);
int doctor_exit_code(const struct doctor *d);

// --- doctor_report.c ---
void doctor_report_text(struct doctor *d, const struct verdict *verdict, struct buf *out);
void doctor_report_json(struct doctor *d, const struct verdict *verdict, struct buf *out);
// The table of mistakes as Markdown, for docs/doctor.md.
void doctor_mistakes_markdown(struct buf *out);

#endif
