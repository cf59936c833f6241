// SPDX-License-Identifier: MIT
// The texts of the seed, one a service: JSON written as it is, made a string by the preprocessor.
#ifndef DEV_ONEAPI_SEED_H
#define DEV_ONEAPI_SEED_H

#define JSON(...) #__VA_ARGS__

extern const char seed_easm[], seed_zcc[], seed_zcell[], seed_zdx[], seed_zia[], seed_zid[],
    seed_zpa[], seed_ztw[], seed_zins[], seed_zms[];

#endif
