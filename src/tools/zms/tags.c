// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zms_tags[] = {
    { "zms_list_tag_namespaces", "zms", READS, "List Microsegmentation tag namespaces.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListTagNamespaces( $customerId: ID!, $pageNum: Int, $pageSize: Int, $filter: NamespaceFilter, $orderBy: NamespaceQueryOrderBy ) { tagNamespaces( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name description origin } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "name", STR, VARS, "Name.", .wire = "filter.name.contains" },
          { "origin", STR, VARS, "Origin.", .wire = "filter.origin.equals" },
          { "sort_order", STR, VARS, "asc or desc.", .wire = "orderBy.name", .as = as_upper }),
      .at = "data.tagNamespaces.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_list_tag_keys", "zms", READS, "List Microsegmentation tag keys.", .method = POST,
      .path = "/zms/graphql",
      .graphql =
          "query ListTagKeys( $customerId: ID!, $namespaceId: String!, $pageNum: Int, $pageSize: Int, $filter: TagKeyFilter, $orderBy: TagKeyQueryOrderBy ) { tagKeys( customerId: $customerId, namespaceId: $namespaceId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name description } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "namespace_id", STR | NEEDED, VARS, "Id of the namespace." },
          { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "key_name", STR, VARS, "Key name.", .wire = "filter.keyName.contains" },
          { "sort_order", STR, VARS, "asc or desc.", .wire = "orderBy.name", .as = as_upper }),
      .at = "data.tagKeys.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_list_tag_values", "zms", READS, "List Microsegmentation tag values.", .method = POST,
      .path = "/zms/graphql",
      .graphql =
          "query ListTagValues( $customerId: ID!, $tagId: String!, $namespaceOrigin: NamespaceOrigin!, $pageNum: Int, $pageSize: Int, $filter: TagValueFilter, $orderBy: TagValueQueryOrderBy ) { tagValues( customerId: $customerId, tagId: $tagId, namespaceOrigin: $namespaceOrigin, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id name } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "tag_id", STR | NEEDED, VARS, "Id of the tag." },
          { "namespace_origin", STR | NEEDED, VARS, "Namespace origin." },
          { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "name", STR, VARS, "Name.", .wire = "filter.name.contains" },
          { "sort_order", STR, VARS, "asc or desc.", .wire = "orderBy.name", .as = as_upper }),
      .at = "data.tagValues.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
