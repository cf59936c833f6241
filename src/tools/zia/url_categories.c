// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "json/write.h"
#include "tools/tools.h"
#include "tools/rows.h"

#define LOOKUP_MAX 100 // URLs in one request

// --- arguments ---

// The three lists that advanced may hold.
static json_t *as_retained(struct tool_call *call, const struct arg *arg, json_t *value,
                           struct err *err)
{
    static const char *const members[][2] = {
        { "db_categorized_urls", "dbCategorizedUrls" },
        { "keywords_retaining_parent_category", "keywordsRetainingParentCategory" },
        { "ip_ranges_retaining_parent_category", "ipRangesRetainingParentCategory" },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_t *list = json_object_get(value, members[i][0]);
        if (list && !json_is_null(list))
            json_object_set_new(object, members[i][1], as_list(call, arg, list, err));
    }
    return object;
}

// --- which category has a URL ---

// "https://App.box.com:443/x" -> app.box.com, in the case it came.
static struct str host_of(struct str url)
{
    url = str_trim(url);
    ptrdiff_t scheme = str_find(url, STR("://"));
    if (scheme >= 0)
        url = str_slice(url, (size_t)scheme + 3, url.n);
    size_t n = 0;
    while (n < url.n && !strchr("/?:", url.p[n]))
        n++;
    url = str_slice(url, 0, n);
    while (url.n && url.p[0] == '.')
        url = str_slice(url, 1, url.n);
    while (url.n && url.p[url.n - 1] == '.')
        url = str_slice(url, 0, url.n - 1);
    return url;
}

// An entry covers its own domain and everything below it.
static bool covers_host(struct str entry, struct str host)
{
    entry = host_of(entry);
    if (!entry.n || entry.n > host.n)
        return false;
    size_t from = host.n - entry.n;
    return str_eq_nocase(entry, str_slice(host, from, host.n)) &&
           (from == 0 || host.p[from - 1] == '.');
}

static void add_matches(const json_t *record, const char *field, struct str host, json_t *matches)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(record, field), i, entry)
    {
        if (covers_host(dom_text(entry), host))
            json_array_append_new(matches, json_pack("{s:s, s:O}", "field", field, "entry", entry));
    }
}

// Keeps the categories that list the URL of contains_url, and says in _url_match why.
static bool keep_matching(struct tool_call *call, json_t **value, struct err *err)
{
    (void)err;
    json_t *url = call_arg(call, "contains_url");
    struct str host = host_of(dom_text(url));
    if (!dom_text(url).n)
        return true;
    size_t i;
    json_t *record, *kept = json_array();
    json_array_foreach(*value, i, record)
    {
        json_t *matches = json_array();
        add_matches(record, "urls", host, matches);
        add_matches(record, "db_categorized_urls", host, matches);
        if (json_array_size(matches)) {
            json_object_set_new(record, "_url_match",
                                json_pack("{s:O, s:O}", "url", url, "matched", matches));
            json_array_append(kept, record);
        }
        json_decref(matches);
    }
    json_decref(*value);
    *value = kept;
    return true;
}

// --- lookup ---

static bool look_up(struct tool_call *call, const json_t *urls, size_t from, json_t *found,
                    struct err *err)
{
    CLEANUP(buf_release) struct buf body = BUF_INIT(4 * 1024 * 1024);
    JSON_AUTO *part = json_array();
    JSON_AUTO *answer = NULL;
    for (size_t i = from; i < json_array_size(urls) && i < from + LOOKUP_MAX; i++)
        json_array_append(part, json_array_get(urls, i));
    json_add_compact(&body, part);
    const struct tool_request request = { .method = POST,
                                          .path = STR("/zia/api/v1/urlLookup"),
                                          .body = arena_str(call->arena, buf_str(&body)) };
    if (!call->send(call, &request, &answer, err))
        return false;
    json_array_extend(found, answer);
    return true;
}

static bool look_up_all(struct tool_call *call, json_t **ret, struct err *err)
{
    JSON_AUTO *found = json_array();
    json_t *urls = call_arg(call, "urls");
    if (!json_array_size(urls))
        return err_set(err, ERR_TOOL_ARGUMENTS, "urls must name at least one URL.");
    for (size_t i = 0; i < json_array_size(urls); i += LOOKUP_MAX)
        if (!look_up(call, urls, i, found, err))
            return false;
    *ret = json_incref(found);
    return true;
}

// --- predefined and custom ---

static bool is_custom(const json_t *category)
{
    const json_t *custom = json_object_get(category, "customCategory");
    return custom && !json_is_false(custom) && !json_is_null(custom);
}

static json_t *predefined_named(json_t *categories, struct str name)
{
    size_t i;
    json_t *category;
    json_array_foreach(categories, i, category)
    {
        if (!is_custom(category) && (str_eq_nocase(dom_str(category, "id"), name) ||
                                     str_eq_nocase(dom_str(category, "configuredName"), name)))
            return category;
    }
    return NULL;
}

// The predefined category with this id or name; borrowed.
static json_t *find_predefined(struct tool_call *call, struct err *err)
{
    static const struct step by_id = { GET, "/zia/api/v1/urlCategories/{name}" };
    static const struct step all = { GET, "/zia/api/v1/urlCategories" };
    struct str name = str_trim(call_text(call, "name"));
    dom_set(call->args, "name", dom_string(name));
    name = call_text(call, "name");
    bool there = call_step(call, &by_id, 1, false, err);
    json_t *found = there ? call_answer(call, 1) : NULL;
    if (found && is_custom(found))
        err_set(err, ERR_TOOL_ARGUMENTS,
                "'" STR_FMT "' is a custom category: use zia_get_url_category, "
                "zia_update_url_category or zia_delete_url_category.",
                STR_ARG(name));
    if (found)
        return is_custom(found) ? NULL : found;
    if ((!there && err->code != ERR_ONEAPI) || !call_step(call, &all, 2, false, err))
        return NULL;
    json_t *category = predefined_named(call_answer(call, 2), name);
    if (!category)
        err_set(err, ERR_TOOL_ARGUMENTS,
                "No predefined category has the id or name '" STR_FMT
                "': use the id, as FINANCE, or the name, as Finance.",
                STR_ARG(name));
    return category;
}

static bool get_predefined(struct tool_call *call, json_t **ret, struct err *err)
{
    json_t *category = find_predefined(call, err);
    *ret = json_incref(category);
    return category != NULL;
}

static const struct step put_category = { PUT, "/zia/api/v1/urlCategories/{category_id}" };

static bool write_category(struct tool_call *call, json_t **ret, struct err *err)
{
    if (!call_step(call, &put_category, 3, true, err))
        return false;
    *ret = json_incref(call_answer(call, 3));
    return true;
}

static bool update_predefined(struct tool_call *call, json_t **ret, struct err *err)
{
    json_t *category = find_predefined(call, err);
    if (!category)
        return false;
    json_object_set(call->args, "category_id", json_object_get(category, "id"));
    if (!call_text(call, "configured_name").n)
        json_object_set(call->args, "configured_name", json_object_get(category, "configuredName"));
    return write_category(call, ret, err);
}

// What Zscaler keeps up is not replaced or deleted as a whole.
static bool must_be_custom(struct tool_call *call, const char *instead, struct err *err)
{
    static const struct step get = { GET, "/zia/api/v1/urlCategories/{category_id}" };
    if (!call_step(call, &get, 1, false, err))
        return false;
    return is_custom(call_answer(call, 1)) ||
           err_set(err, ERR_TOOL_ARGUMENTS, "'" STR_FMT "' is a predefined category: %s",
                   STR_ARG(call_text(call, "category_id")), instead);
}

static bool update_custom(struct tool_call *call, json_t **ret, struct err *err)
{
    return must_be_custom(call,
                          "use zia_update_url_category_predefined, or zia_add_urls_to_category and "
                          "zia_remove_urls_from_category for single URLs.",
                          err) &&
           write_category(call, ret, err);
}

static bool delete_custom(struct tool_call *call, json_t **ret, struct err *err)
{
    static const struct step delete = { DELETE, "/zia/api/v1/urlCategories/{category_id}" };
    *ret = NULL;
    return must_be_custom(call, "it cannot be deleted.", err) &&
           call_step(call, &delete, 2, true, err);
}

const struct tool zia_url_categories[] = {
    { "zia_list_url_categories", "zia_url_categories", READS,
      "Lists URL categories with all their URLs, keywords and address ranges; the answer is large and comes in one piece. Narrow it: custom_only, type, search, and query to project ([*].{id: id, name: configured_name}). Which custom category has a URL tells contains_url; which predefined one, zia_url_lookup. zia_get_url_category reads one by its id.",
      .method = GET, .path = "/zia/api/v1/urlCategories",
      .args = ARGS(
          { "search", STR, NOWHERE, "Part of the configured name, in any case." },
          { "custom_only", BOOL, QUERY,
            "Whether to answer only the organisation's own categories." },
          { "type", STR, QUERY, "URL_CATEGORY, TLD_CATEGORY or ALL." },
          { "contains_url", STR, NOWHERE,
            "Only categories whose own entries cover this URL or domain (app.box.com is covered by .box.com); _url_match names the entries." }),
      .model = "URLCategory", .list = true, .find = "search=configured_name",
      .finish = keep_matching },
    { "zia_url_lookup", "zia_url_categories", READS,
      "Tells the predefined categories that Zscaler puts URLs into, and security alerts. Use it for 'which category is this site'; it knows nothing of custom categories (zia_list_url_categories with contains_url does). A site that nobody categorised is MISCELLANEOUS_OR_UNKNOWN.",
      .args = ARGS(
          { "urls", STRS | NEEDED, NOWHERE,
            "URLs without scheme, at least one: [\"example.com\"]; asked in portions of 100." }),
      .keys = KEYS_RAW, .list = true, .hook = look_up_all },
    { "zia_get_url_category", "zia_url_categories", READS,
      "Reads one ZIA URL category with all its entries. zia_list_url_categories shows the ids: CUSTOM_01 of own ones, words like FINANCE of predefined ones.",
      .method = GET, .path = "/zia/api/v1/urlCategories/{category_id}",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category, as CUSTOM_01 or FINANCE." }),
      .model = "URLCategory" },
    { "zia_get_url_category_predefined", "zia_url_categories", READS,
      "Reads one of Zscaler's own URL categories by id or by name, with the URLs that the organisation added. Use zia_get_url_category for custom ones.",
      .args =
          ARGS({ "name", STR | NEEDED, NOWHERE, "Id or name in any case, as FINANCE or Finance." }),
      .model = "URLCategory", .hook = get_predefined },
    { "zia_create_url_category", "zia_url_categories", CREATES,
      "Creates a custom URL category; returns it as stored. Then name it in URL filtering rules. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/urlCategories",
      .body = "{\"type\": \"URL_CATEGORY\", \"urls\": null, \"customCategory\": true}",
      .args = ARGS(
          { "configured_name", STR | NEEDED, BODY, "Name of the category, unique." },
          { "super_category", STR | NEEDED, BODY,
            "Category it belongs under, as USER_DEFINED or BUSINESS_AND_ECONOMY." },
          { "urls", STRS, BODY,
            "URLs without scheme; a leading dot covers subdomains: [\"example.com\", \".example.org\"]." },
          ROW_DESCRIPTION, { "keywords", STRS, BODY, "Words that put a URL into the category." },
          { "ip_ranges", STRS, BODY, "Address ranges: [\"10.0.0.0-10.0.0.255\"]." },
          { "advanced", OBJ, MERGE,
            "db_categorized_urls, keywords_retaining_parent_category and ip_ranges_retaining_parent_category: lists of what stays in its predefined category too. Other members are not sent.",
            .as = as_retained }),
      .model = "URLCategory" },
    { "zia_update_url_category", "zia_url_categories", UPDATES,
      "Writes a custom URL category; returns it as stored. Lists that are given replace the old ones: for single URLs use zia_add_urls_to_category and zia_remove_urls_from_category. Refuses predefined categories. Takes effect after zia_activate_configuration.",
      .args = ARGS(
          { "category_id", STR | NEEDED, NOWHERE, "Id of the category, as CUSTOM_01." },
          { "configured_name", STR | NEEDED, BODY,
            "Name of the category; the old one to keep it." },
          { "urls", STRS, BODY,
            "URLs without scheme; a leading dot covers subdomains: [\"example.com\", \".example.org\"]. Replaces all." },
          ROW_DESCRIPTION,
          { "keywords", STRS, BODY, "Words that put a URL into the category. Replaces all." },
          { "ip_ranges", STRS, BODY, "Address ranges: [\"10.0.0.0-10.0.0.255\"]. Replaces all." },
          { "advanced", OBJ, MERGE,
            "db_categorized_urls, keywords_retaining_parent_category and ip_ranges_retaining_parent_category: lists of what stays in its predefined category too. Other members are not sent.",
            .as = as_retained }),
      .model = "URLCategory", .hook = update_custom },
    { "zia_update_url_category_predefined", "zia_url_categories", UPDATES,
      "Writes what the organisation adds to one of Zscaler's own URL categories; returns it as stored. Lists that are given replace the old ones: for single URLs use zia_add_urls_to_category and zia_remove_urls_from_category. Refuses custom categories. Takes effect after zia_activate_configuration.",
      .args = ARGS(
          { "name", STR | NEEDED, NOWHERE, "Id or name in any case, as FINANCE or Finance." },
          { "configured_name", STR, BODY, "Name of the category; stays if left out." },
          { "urls", STRS, BODY,
            "URLs without scheme; a leading dot covers subdomains: [\"example.com\", \".example.org\"]. Replaces all." },
          ROW_DESCRIPTION,
          { "keywords", STRS, BODY, "Words that put a URL into the category. Replaces all." },
          { "ip_ranges", STRS, BODY, "Address ranges: [\"10.0.0.0-10.0.0.255\"]. Replaces all." },
          { "advanced", OBJ, MERGE,
            "db_categorized_urls, keywords_retaining_parent_category and ip_ranges_retaining_parent_category: lists of what stays in its predefined category too. Other members are not sent.",
            .as = as_retained }),
      .model = "URLCategory", .hook = update_predefined },
    { "zia_add_urls_to_category", "zia_url_categories", UPDATES,
      "Adds URLs to a URL category, custom or predefined, and keeps those that it has; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/urlCategories/{category_id}",
      .query = "action=ADD_TO_LIST",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category, as CUSTOM_01 or FINANCE." },
                   { "configured_name", STR | NEEDED, BODY,
                     "Name of the category; zia_get_url_category shows it." },
                   { "urls", STRS | NEEDED, BODY, "URLs without scheme: [\"example.com\"]." }),
      .model = "URLCategory" },
    { "zia_remove_urls_from_category", "zia_url_categories", UPDATES,
      "Takes URLs out of a URL category, custom or predefined, and keeps the others; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/urlCategories/{category_id}",
      .query = "action=REMOVE_FROM_LIST",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category, as CUSTOM_01 or FINANCE." },
                   { "configured_name", STR | NEEDED, BODY,
                     "Name of the category; zia_get_url_category shows it." },
                   { "urls", STRS | NEEDED, BODY, "URLs without scheme: [\"example.com\"]." }),
      .model = "URLCategory" },
    { "zia_delete_url_category", "zia_url_categories", DELETES,
      "Deletes a custom URL category; refuses predefined ones. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .args = ARGS({ "category_id", STR | NEEDED, NOWHERE, "Id of the category, as CUSTOM_01." }),
      .says = "URL category {category_id} deleted successfully.", .hook = delete_custom },
    { 0 },
};
