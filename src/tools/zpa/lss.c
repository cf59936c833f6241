// SPDX-License-Identifier: MIT
#include <ctype.h>

#include "catalog/forms.h"
#include "catalog/names.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define CATALOG                                                                                    \
    "{\"properties\": {\"kind\": {\"title\": \"Kind\", \"type\": \"string\"}, \"items\": "         \
    "{\"title\": \"Items\"}}, \"required\": [\"kind\", \"items\"], \"type\": \"object\", "         \
    "\"additionalProperties\": true, \"title\": \"Catalog\"}"

// What the API calls the kinds of log.
static const char *const log_names[][2] = {
    { "app_connector_metrics", "zpn_ast_comprehensive_stats" },
    { "app_connector_status", "zpn_ast_auth_log" },
    { "audit_logs", "zpn_audit_log" },
    { "browser_access", "zpn_http_trans_log" },
    { "private_svc_edge_status", "zpn_sys_auth_log" },
    { "user_activity", "zpn_trans_log" },
    { "user_status", "zpn_auth_log" },
    { "web_inspection", "zpn_waf_http_exchanges_log" },
    { NULL, NULL },
};
#define LOG_TYPES log_names

static bool log_types(struct tool_call *call, json_t **ret, struct err *err)
{
    (void)call, (void)err;
    *ret = json_array();
    for (size_t i = 0; log_names[i][0]; i++)
        json_array_append_new(*ret, json_string(log_names[i][0]));
    return true;
}

static const char *api_name(struct str kind)
{
    for (size_t i = 0; log_names[i][0]; i++)
        if (str_is(kind, log_names[i][0]))
            return log_names[i][1];
    return NULL;
}

static bool is_of_type(const json_t *code, const char *type)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(code, "log_types"), i,
                       item) if (str_is(dom_text(item), type)) return true;
    return false;
}

// Keeps the codes of one kind of log, if one was named.
static bool codes_of_type(struct tool_call *call, json_t **value, struct err *err)
{
    struct str kind = call_text(call, "log_type");
    const char *key, *type = api_name(kind);
    void *next;
    json_t *code;
    if (!kind.p)
        return true;
    if (!type)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "log_type '" STR_FMT "' is unknown; zpa_list_lss_log_types lists them.",
                       STR_ARG(kind));
    json_object_foreach_safe(*value, next, key, code) if (!is_of_type(code, type))
        json_object_del(*value, key);
    return true;
}

// {"zpn_client_type_zapp": "Client Connector"} -> {"client_connector": "zpn_client_type_zapp"}
static bool types_by_name(struct tool_call *call, json_t **value, struct err *err)
{
    (void)call, (void)err;
    const char *key;
    json_t *name, *turned = json_object();
    json_object_foreach(*value, key, name)
    {
        CLEANUP(buf_release) struct buf word = BUF_INIT(NAME_MAX_BYTES);
        struct str text = dom_text(name);
        for (size_t i = 0; i < text.n; i++)
            buf_addc(&word, text.p[i] == ' ' ? '_' : (char)tolower((unsigned char)text.p[i]));
        if (buf_ok(&word))
            json_object_set_new(turned, buf_cstr(&word), json_string(key));
    }
    json_decref(*value);
    *value = turned;
    return true;
}

const struct tool zpa_lss[] = {
    { "zpa_list_lss_configs", "zpa_misc", READS,
      "Lists the log streaming (LSS) configurations: which kind of log goes where, in which format. zpa_get_lss_config reads one by its id. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/lssConfig",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE), .at = "list", .model = "LSSResourceModel",
      .list = true },
    { "zpa_get_lss_config", "zpa_misc", READS,
      "Reads one ZPA log streaming (LSS) configuration: kind of log, format, receiver, connector groups, filters. zpa_list_lss_configs shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/lssConfig/{lss_config_id}",
      .args = ARGS({ "lss_config_id", STR, PATH,
                     "Id of the configuration; zpa_list_lss_configs shows it." }),
      .model = "LSSResourceModel" },
    { "zpa_list_lss_log_types", "zpa_misc", READS,
      "Lists the kinds of log that ZPA can stream (LSS): the words for log_type. zpa_get_lss_log_format shows the fields of one.",
      .view = "{\"kind\": \"log_types\", \"items\": \"{.}\"}", .output = CATALOG,
      .hook = log_types },
    { "zpa_get_lss_log_format", "zpa_misc", READS,
      "Returns the default stream formats (csv, json, tsv) of one kind of ZPA log, to start an LSS configuration from.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/lssConfig/logType/formats",
      .args = ARGS({ "log_type", STR | NEEDED, QUERY,
                     "Kind of log; zpa_list_lss_log_types lists the words.", .as = as_one_of,
                     .map = LOG_TYPES }),
      .keys = KEYS_RAW, .view = "{\"kind\": \"log_format\", \"items\": \"{.}\"}",
      .output = CATALOG },
    { "zpa_list_lss_status_codes", "zpa_misc", READS,
      "Lists the session status codes that can be filtered from ZPA log streams, with their meaning.",
      .method = GET, .path = "/zpa/mgmtconfig/v2/admin/lssConfig/statusCodes",
      .args =
          ARGS({ "log_type", STR, NOWHERE,
                 "Only the codes of this kind of log; zpa_list_lss_log_types lists the words." }),
      .keys = KEYS_RAW, .finish = codes_of_type,
      .view = "{\"kind\": \"status_codes\", \"items\": \"{.}\"}", .output = CATALOG },
    { "zpa_list_lss_client_types", "zpa_misc", READS,
      "Lists the client types that can be filtered from ZPA log streams: readable name to the name of the API.",
      .method = GET, .path = "/zpa/mgmtconfig/v2/admin/lssConfig/customers/{customer}/clientTypes",
      .keys = KEYS_RAW, .finish = types_by_name,
      .view = "{\"kind\": \"client_types\", \"items\": \"{.}\"}", .output = CATALOG },
    { 0 },
};
