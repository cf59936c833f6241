// SPDX-License-Identifier: MIT
// The person confirms a delete in a form of the client. In the modern era the answer arrives with
// another request: its question has a random key that stands in the sealed state, so that an answer
// counts only if it was asked for, for this call of this person, for ten minutes, once.
#include "base/clock.h"
#include "base/random.h"
#include "serve/serve_int.h"

#define QUESTION_TTL_S 600
#define QUESTION_MAX   (64 * 1024)
#define KEY_BYTES      16
#define QUESTION       "question" // what is kept between rounds

#define CHOICE                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"choice\":{\"type\":\"string\",\"title\":\"Choice\","   \
    "\"enum\":[\"delete\",\"cancel\"],\"description\":\"'delete' deletes it for good, 'cancel' "   \
    "leaves it as it is.\"}},\"required\":[\"choice\"]}"

static void add_operation(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                          const char *name, struct buf *out)
{
    struct str thing = tool_thing(o->tool, mcp_arena(mcp));
    buf_addf(out, "DELETE " STR_FMT " — ", STR_ARG(thing));
    confirm_identifier(args, name, out);
}

static json_t *new_question(const struct offered *o, struct mcp_call *mcp, const json_t *args)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUESTION_MAX);
    char nonce[2 * KEY_BYTES + 1];
    random_hex(nonce, KEY_BYTES);
    buf_adds(&text, "Confirm destructive operation: ");
    add_operation(o, mcp, args, confirm_name(o, mcp, args), &text);
    buf_adds(&text, "\nThis cannot be undone. Choose 'delete' to proceed.");
    return json_pack("{s:s+, s:I, s:o}", "key", "confirm-", nonce, "until",
                     (json_int_t)(clock_now() + QUESTION_TTL_S), "text",
                     dom_string(buf_str(&text)));
}

// The question of the round before while it is good, else a new one.
static const json_t *question_of(const struct offered *o, struct mcp_call *mcp, const json_t *args)
{
    const json_t *kept = mcp_kept(mcp, QUESTION);
    if (kept && dom_int(kept, "until", 0) > clock_now())
        return kept;
    mcp_keep(mcp, QUESTION, new_question(o, mcp, args));
    return mcp_kept(mcp, QUESTION);
}

static const char *answered_no(const struct mcp_elicited *answer)
{
    if (answer->action == MCP_DECLINED)
        return "Declined by user.";
    if (answer->action == MCP_DISMISSED)
        return "Confirmation dismissed.";
    return str_is(dom_str(answer->content, "choice"), "delete") ? NULL : "Cancelled by user.";
}

// "… DELETE Rule Label — 7 (label_id) was NOT performed."
static void tell(const struct offered *o, struct mcp_call *mcp, const json_t *args, const char *why,
                 const char *end)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUESTION_MAX);
    buf_addf(&text, "%s ", why);
    add_operation(o, mcp, args, NULL, &text);
    buf_addf(&text, " was NOT performed%s.", end);
    mcp_result_text(mcp, buf_str(&text));
}

// Only the first sending of an answer counts: clients repeat requests.
static const char *spend(const struct offered *o, struct mcp_call *mcp, const json_t *args,
                         const json_t *question)
{
    enum spent spent =
        confirm_spend(o, mcp, dom_str(question, "key"), dom_int(question, "until", 0));
    if (spent == SPENT_FIRST)
        return NULL;
    if (spent == SPENT_UNAVAILABLE)
        mcp_result_error(mcp, "%s", CONFIRM_UNAVAILABLE);
    else
        tell(o, mcp, args,
             "Confirmation rejected: it has already been used, and is good for a single call.",
             " again");
    return "confirmation rejected";
}

const char *confirm_ask(const struct offered *o, struct mcp_call *mcp, const json_t *args)
{
    struct arena *arena = mcp_arena(mcp);
    const json_t *question = question_of(o, mcp, args);
    const char *key = arena_cstr(arena, dom_str(question, "key")),
               *text = arena_cstr(arena, dom_str(question, "text"));
    struct mcp_elicited answer;
    if (!mcp_elicit(mcp, key, text, STR(CHOICE), &answer))
        return mcp_era(mcp) == MCP_MODERN ? "confirmation asked" : "confirmation failed";
    const char *no = answered_no(&answer);
    if (!no)
        return spend(o, mcp, args, question);
    tell(o, mcp, args, no, "");
    return "not confirmed";
}
