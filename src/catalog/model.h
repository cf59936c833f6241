// SPDX-License-Identifier: MIT
// Response models: the order and the names of a record's keys, and what stands for those that the
// API left out. Keys that a model does not know follow after those it knows, in snake_case. Written
// as one text a model, fields in order, apart by blanks:
//   lastModifiedTime        kept if there and not null; in the result last_modified_time
//   locations=[]            stands in the result even if absent; the text behind = is JSON
//   lastModifiedBy:Class    an object with a model of its own
//   alerts:[Class]          a list of them; absent: []
//   customAttrsInfo@        if the API left it out, the record itself once more
//   in>out                  where the result's name does not follow from the API's
//   &Class                  a common part: the fields of another model stand here
// Values without a model keep all their keys, in snake_case.
#ifndef CATALOG_MODEL_H
#define CATALOG_MODEL_H

#include "catalog/tool.h"

enum field_kind { FIELD_PLAIN, FIELD_OBJECT, FIELD_LIST, FIELD_SELF };

struct field {
    struct str in, out; // NUL-terminated
    enum field_kind kind;
    const struct model *model; // of FIELD_OBJECT and FIELD_LIST
    json_t *absent;            // NULL: left out
};

struct model {
    const struct model_spec *spec;
    struct field *fields;
    size_t count;
    json_t *known; // an object with the API's names as keys
};

struct models;

// Reads all models of all services; services end with a NULL name. False: a text is wrong (says
// which).
MUST_USE bool models_new(const struct service *services, struct models **ret, struct err *err);
void models_free(struct models *m); // NULL-safe
const struct model *models_find(const struct models *m, struct str service,
                                const char *name); // NULL: none

#endif
