// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zms/rows.h"

#define DIRECTIONS MAP({ "ASC", "ASC" }, { "DESC", "DESC" })

const struct tool zms_tags[] = {
    { "zms_list_tag_namespaces", "zms", READS,
      "Lists the namespaces of Microsegmentation tags (own ones, those of clouds). Use it first: zms_list_tag_keys shows the keys of one, zms_list_tag_values their values. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListTagNamespaces( $customerId: ID!, $pageNum: Int, $pageSize: Int, $filter: NamespaceFilter, $orderBy: NamespaceQueryOrderBy ) { tagNamespaces( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name description origin } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE,
                   { "name", STR, VARS, "Part of the name.", .wire = "filter.name.contains" },
                   { "origin", STR, VARS,
                     "Only namespaces of this origin: CUSTOM, EXTERNAL, ML or UNKNOWN.",
                     .wire = "filter.origin.equals" },
                   { "sort_order", STR, VARS, "ASC or DESC.", .wire = "orderBy.name",
                     .as = as_one_of, .map = DIRECTIONS }),
      .at = "data.tagNamespaces.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_list_tag_keys", "zms", READS,
      "Lists the tag keys of a Microsegmentation namespace. zms_list_tag_namespaces shows the namespaces, zms_list_tag_values the values of a key. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListTagKeys( $customerId: ID!, $namespaceId: String!, $pageNum: Int, $pageSize: Int, $filter: TagKeyFilter, $orderBy: TagKeyQueryOrderBy ) { tagKeys( customerId: $customerId, namespaceId: $namespaceId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name description } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS({ "namespace_id", STR | NEEDED, VARS,
                     "Id of the namespace; zms_list_tag_namespaces shows it." },
                   ROW_PAGE_NUM, ROW_PAGE_SIZE,
                   { "key_name", STR, VARS, "Part of the key.", .wire = "filter.keyName.contains" },
                   { "sort_order", STR, VARS, "ASC or DESC.", .wire = "orderBy.name",
                     .as = as_one_of, .map = DIRECTIONS }),
      .at = "data.tagKeys.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_list_tag_values", "zms", READS,
      "Lists the values that a Microsegmentation tag key has. zms_list_tag_keys shows the ids of keys. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListTagValues( $customerId: ID!, $tagId: String!, $namespaceOrigin: NamespaceOrigin!, $pageNum: Int, $pageSize: Int, $filter: TagValueFilter, $orderBy: TagValueQueryOrderBy ) { tagValues( customerId: $customerId, tagId: $tagId, namespaceOrigin: $namespaceOrigin, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "tag_id", STR | NEEDED, VARS, "Id of the tag key; zms_list_tag_keys shows it." },
          { "namespace_origin", STR | NEEDED, VARS,
            "Origin of the namespace, as zms_list_tag_namespaces shows it: CUSTOM, EXTERNAL, ML or UNKNOWN." },
          ROW_PAGE_NUM, ROW_PAGE_SIZE,
          { "name", STR, VARS, "Part of the name.", .wire = "filter.name.contains" },
          { "sort_order", STR, VARS, "ASC or DESC.", .wire = "orderBy.name", .as = as_one_of,
            .map = DIRECTIONS }),
      .at = "data.tagValues.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
