// SPDX-License-Identifier: MIT
// The shortest decimal that reads back as the same double, laid out as Python's repr does.
#include <float.h>
#include <math.h>

#include "json/write.h"

struct decimal {
    char digits[20]; // without trailing zeros, NUL-terminated
    int count;
    int point; // value = 0.digits × 10^point
    bool negative;
};

// %.*e gives [-]d.ddde±xx.
static void take_apart(const char *text, struct decimal *ret)
{
    *ret = (struct decimal){ .negative = *text == '-' };
    const char *p = text + ret->negative;
    for (; *p != 'e'; p++)
        if (*p != '.')
            ret->digits[ret->count++] = *p;
    ret->point = (int)strtol(p + 1, NULL, 10) + 1;
    while (ret->count > 1 && ret->digits[ret->count - 1] == '0')
        ret->digits[--ret->count] = '\0';
}

// The next larger decimal of as many digits; false if that needs one more.
static bool next_decimal(char *text)
{
    for (char *p = strchr(text, 'e') - 1; p >= text && *p != '-'; p--) {
        if (*p == '.')
            continue;
        if (*p != '9') {
            ++*p;
            return true;
        }
        *p = '0';
    }
    return false;
}

// The nearest decimal of so many digits may fail where another one succeeds only at a power of two,
// because the doubles above it lie twice as far apart as those below.
static bool reads_back(char *text, double d)
{
    int exponent;
    if (strtod(text, NULL) == d)
        return true;
    return fabs(frexp(d, &exponent)) == 0.5 && next_decimal(text) && strtod(text, NULL) == d;
}

// A normal double with at most 15 digits is unique among them, so that fewer need no try (DBL_DIG);
// subnormal ones have less precision.
static void shortest(double d, struct decimal *ret)
{
    char text[40];
    for (int digits = fabs(d) < DBL_MIN ? 1 : DBL_DIG;; digits++) {
        snprintf(text, sizeof(text), "%.*e", digits - 1, d);
        if (digits == DBL_DECIMAL_DIG || reads_back(text, d))
            break;
    }
    take_apart(text, ret);
}

static void add_zeros(struct buf *out, int n)
{
    for (; n > 0; n--)
        buf_addc(out, '0');
}

static void add_with_exponent(struct buf *out, const struct decimal *d)
{
    buf_addc(out, d->digits[0]);
    if (d->count > 1)
        buf_addf(out, ".%s", d->digits + 1);
    int exponent = d->point - 1;
    buf_addf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

static void add_positional(struct buf *out, const struct decimal *d)
{
    struct str digits = str_of(d->digits, (size_t)d->count);
    if (d->point <= 0) {
        buf_adds(out, "0.");
        add_zeros(out, -d->point);
        buf_add(out, digits);
    } else if (d->point >= d->count) {
        buf_add(out, digits);
        add_zeros(out, d->point - d->count);
        buf_adds(out, ".0");
    } else {
        buf_add(out, str_slice(digits, 0, (size_t)d->point));
        buf_addc(out, '.');
        buf_add(out, str_slice(digits, (size_t)d->point, digits.n));
    }
}

void json_add_real(struct buf *out, double d)
{
    /*= rfc8259 6 "Numeric values that cannot be represented in the grammar below (such as Infinity
     * and NaN) are not permitted." */
    if (!isfinite(d)) {
        buf_adds(out, "null");
        return;
    }
    struct decimal decimal;
    shortest(d, &decimal);
    if (decimal.negative)
        buf_addc(out, '-');
    if (decimal.point <= -4 || decimal.point > 16)
        add_with_exponent(out, &decimal);
    else
        add_positional(out, &decimal);
}
