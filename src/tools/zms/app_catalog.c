// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "catalog/names.h"
#include "tools/tools.h"
#include "tools/zms/rows.h"

// {"category": "DESC"}: the field to sort by and the direction, ASC unless sort_order says other.
static json_t *as_order(struct tool_call *call, const struct arg *arg, json_t *value,
                        struct err *err)
{
    CLEANUP(buf_release) struct buf field = BUF_INIT(NAME_MAX_BYTES);
    json_t *given = call_arg(call, "sort_order");
    name_camel(dom_text(value), &field);
    json_t *order = json_object(), *direction = given ? as_upper(call, arg, given, err) : NULL;
    json_object_set_new(order, buf_cstr(&field), direction ? direction : json_string("ASC"));
    return order;
}

const struct tool zms_app_catalog[] = {
    { "zms_list_app_catalog", "zms", READS,
      "Lists the applications that microsegmentation found on the agents' machines, with their category, ports, protocols and processes. Use it when writing policy rules; zms_list_policy_rules shows those that exist. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListAppCatalog( $customerId: ID!, $pageNum: Int, $pageSize: Int, $filter: AppCatalogQueryFilter, $orderBy: AppCatalogQueryOrderBy ) { appCatalog( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name category creationTime modifiedTime details { portAndProtocol { protocol portRanges { startPort endPort } } processes } } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          ROW_PAGE_NUM, ROW_PAGE_SIZE,
          { "name", STR, VARS, "Part of the application's name.", .wire = "filter.name.contains" },
          { "category", STR, VARS, "Part of its category.", .wire = "filter.category.contains" },
          { "sort_by", STR, VARS,
            "Field to sort by: name, category, creation_time or modified_time.", .wire = "orderBy",
            .as = as_order },
          { "sort_order", STR, NOWHERE, "ASC (as if left out) or DESC; with sort_by." }),
      .at = "data.appCatalog.nodes", .keys = KEYS_RAW, .list = true, .json = true },
    { 0 },
};
