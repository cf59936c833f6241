// SPDX-License-Identifier: MIT
#include "find/find.h"

#include <ctype.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/select.h"
#include "find/words.h"

#define WORDS_MAX    64 // of a query
#define MEANT_WEIGHT 0.6
#define TEXT_MAX     (64 * 1024)

struct find {
    const struct tool *const *tools;
    size_t count;
    pthread_mutex_t lock;
    sqlite3 *db;          // under lock
    sqlite3_stmt *search; // under lock
};

// The name counts most, then the text and what people call the things of a tool, then its toolset
// and the title of its service; parameters hardly.
static const char sql_table[] =
    "CREATE VIRTUAL TABLE tools USING fts5(name, about, text, params, everyday, tokenize='porter unicode61')";
static const char sql_insert[] = "INSERT INTO tools (rowid, name, about, text, params, everyday) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char sql_search[] =
    "SELECT rowid, bm25(tools, 8.0, 3.0, 4.0, 0.5, 4.0) FROM tools WHERE tools MATCH ?1";

static bool fail(struct find *f, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "the index of tools cannot be made: %s",
                   f->db ? sqlite3_errmsg(f->db) : "no memory");
}

// --- filling ---

static const char *title_of(const struct service *services, struct str name)
{
    for (const struct service *s = services; s->name; s++)
        if (str_is(name, s->name))
            return s->title;
    return "";
}

static void add_params(const struct tool *tool, struct buf *out)
{
    for (const struct arg *a = tool->args; a && a->name; a++)
        buf_addf(out, "%s %s ", a->name, a->text ? a->text : "");
}

static void add_topics(const struct tool *tool, struct buf *out)
{
    for (const struct topic *t = find_topics; t->tools; t++)
        if (pattern_matches(t->tools, tool->name))
            buf_addf(out, "%s ", t->words);
}

static void bind(sqlite3_stmt *s, int at, struct str text)
{
    sqlite3_bind_text(s, at, text.p ? text.p : "", (int)text.n, SQLITE_TRANSIENT);
}

static bool add(struct find *f, sqlite3_stmt *insert, size_t i, const struct service *services)
{
    const struct tool *t = f->tools[i];
    CLEANUP(buf_release)
    struct buf params = BUF_INIT(TEXT_MAX), about = BUF_INIT(TEXT_MAX),
               everyday = BUF_INIT(TEXT_MAX);
    add_topics(t, &everyday);
    add_params(t, &params);
    buf_addf(&about, "%s %s", title_of(services, tool_service(t)), t->toolset);
    sqlite3_bind_int64(insert, 1, (sqlite3_int64)i);
    bind(insert, 2, str_c(t->name)); // the tokenizer parts at "_"
    bind(insert, 3, buf_str(&about));
    bind(insert, 4, str_c(t->text));
    bind(insert, 5, buf_str(&params));
    bind(insert, 6, buf_str(&everyday));
    bool ok = sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    return ok;
}

static bool fill(struct find *f, const struct service *services)
{
    sqlite3_stmt *insert = NULL;
    bool ok = sqlite3_exec(f->db, sql_table, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(f->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(f->db, sql_insert, -1, &insert, NULL) == SQLITE_OK;
    for (; ok && f->tools[f->count]; f->count++)
        ok = add(f, insert, f->count, services);
    sqlite3_finalize(insert);
    return ok && sqlite3_exec(f->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(f->db, sql_search, -1, &f->search, NULL) == SQLITE_OK;
}

bool find_new(const struct tool *const *tools, const struct service *services, struct find **ret,
              struct err *err)
{
    struct find *f = mem_zalloc(1, sizeof(*f));
    f->tools = tools;
    pthread_mutex_init(&f->lock, NULL);
    if (sqlite3_open_v2(":memory:", &f->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        !fill(f, services)) {
        fail(f, err);
        find_free(f);
        return false;
    }
    *ret = f;
    return true;
}

void find_free(struct find *f)
{
    if (!f)
        return;
    sqlite3_finalize(f->search);
    sqlite3_close(f->db);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

// --- asking ---

// How well each tool fits, less is better, as bm25 counts. A word of the question counts once for a
// tool: by itself or by what it means here, whichever fits better.
struct scores {
    double *all;  // a place for each tool
    double *word; // of the word that is looked up
    size_t words;
};

static bool is_stop_word(struct str word)
{
    for (const char *const *stop = find_stop_words; *stop; stop++)
        if (str_is(word, *stop))
            return true;
    return false;
}

static void look_up(struct find *f, struct str match, double weight, double *best)
{
    bind(f->search, 1, match);
    while (sqlite3_step(f->search) == SQLITE_ROW) {
        size_t tool = (size_t)sqlite3_column_int64(f->search, 0);
        double score = weight * sqlite3_column_double(f->search, 1);
        best[tool] = score < best[tool] ? score : best[tool];
    }
    sqlite3_reset(f->search);
}

static bool says(const struct synonym *s, struct str word)
{
    struct str said = str_c(s->said);
    while (said.p)
        if (str_eq(str_cut(&said, '|'), word))
            return true;
    return false;
}

// A word has letters and digits alone, so that nothing of it is syntax of FTS5.
static void add_word(struct find *f, struct str word, struct scores *scores)
{
    CLEANUP(buf_release) struct buf match = BUF_INIT(TEXT_MAX);
    if (scores->words == WORDS_MAX)
        return;
    scores->words++;
    memset(scores->word, 0, f->count * sizeof(*scores->word));
    buf_addf(&match, "\"" STR_FMT "\"", STR_ARG(word));
    look_up(f, buf_str(&match), 1, scores->word);
    for (const struct synonym *s = find_synonyms; s->said; s++) {
        if (!says(s, word))
            continue;
        buf_reset(&match);
        for (struct str meant = str_c(s->meant); meant.p;) {
            struct str one = str_cut(&meant, ' ');
            buf_addf(&match, "%s\"" STR_FMT "\"", match.n ? " OR " : "", STR_ARG(one));
        }
        look_up(f, buf_str(&match), MEANT_WEIGHT, scores->word);
    }
    for (size_t i = 0; i < f->count; i++)
        scores->all[i] += scores->word[i];
}

static void read_query(struct find *f, struct str text, struct scores *scores)
{
    char word[64];
    size_t n = 0;
    for (size_t i = 0; i <= text.n; i++) {
        unsigned char c = i < text.n ? (unsigned char)text.p[i] : ' ';
        bool part = isalnum(c) || c >= 0x80;
        if (part && n < sizeof(word))
            word[n++] = (char)tolower(c);
        if (part || n == 0)
            continue;
        struct str whole = str_of(word, n);
        n = 0;
        if (str_is_utf8(whole) && !is_stop_word(whole))
            add_word(f, whole, scores);
    }
}

// What the question wants done to the thing; most want to see it.
static enum risk wish_of(struct str text)
{
    static const struct {
        const char *words;
        enum risk risk;
    } wishes[] = {
        { "delete|remove|drop|take|unblock|revoke|retire|erase", DELETES },
        { "create|add|new|make|put|publish|start|block|exclude|give|grant|let|allow|permit|stop|prevent|"
          "bypass|skip|restrict|exempt|define|register|open|collect|launch|quarantine|isolate",
          CREATES },
        { "update|change|edit|set|rename|enable|disable|mark|tag|activate|push|modify|replace|extend|"
          "approve|move|reset",
          UPDATES }
    };
    while (text.n > 0) {
        size_t n = 0;
        while (n < text.n && isalpha((unsigned char)text.p[n]))
            n++;
        struct str word = str_slice(text, 0, n);
        text = str_slice(text, n + 1, text.n);
        for (size_t i = 0; n > 0 && i < ARRAY_LEN(wishes); i++) {
            struct str words = str_c(wishes[i].words);
            while (words.p)
                if (str_eq_nocase(str_cut(&words, '|'), word))
                    return wishes[i].risk;
        }
    }
    return READS;
}

struct hit {
    size_t tool;
    double score; // less is better, as bm25 counts
};

static int by_score(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->tool < y->tool ? -1 : x->tool > y->tool;
}

// A tool that does what is wished counts more; one that changes something where nothing of the kind
// is, less.
static double weigh(const struct tool *t, enum risk wish, double score)
{
    if (t->risk == wish ||
        (wish != READS && wish != DELETES && t->risk != READS && t->risk != DELETES))
        return score * 1.3;
    return wish == READS ? score * 0.6 : score;
}

// Whoever asks in plain words has no id yet: lists come before what reads one record.
static double weigh_read(const struct tool *t, double score)
{
    return str_find(str_c(t->name), STR("_list_")) >= 0 ? score * 1.1 : score;
}

static size_t rank(struct find *f, struct str text, struct hit *hits)
{
    struct scores scores = { mem_zalloc(f->count, sizeof(double)),
                             mem_zalloc(f->count, sizeof(double)), 0 };
    enum risk wish = wish_of(text);
    size_t n = 0;
    pthread_mutex_lock(&f->lock);
    read_query(f, text, &scores);
    pthread_mutex_unlock(&f->lock);
    for (size_t i = 0; i < f->count; i++)
        if (scores.all[i] < 0)
            hits[n++] =
                (struct hit){ i, weigh_read(f->tools[i], weigh(f->tools[i], wish, scores.all[i])) };
    qsort(hits, n, sizeof(*hits), by_score);
    free(scores.all);
    free(scores.word);
    return n;
}

static bool is_name_part(struct str text, ptrdiff_t at)
{
    return at >= 0 && (size_t)at < text.n &&
           (isalnum((unsigned char)text.p[at]) || text.p[at] == '_');
}

// Tools that the question itself names stand before all others.
static size_t named(const struct find *f, struct str text, size_t ret[FIND_RESULTS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; f->tools[i] && n < FIND_RESULTS_MAX; i++) {
        struct str name = str_c(f->tools[i]->name);
        ptrdiff_t at = str_find(text, name);
        if (at >= 0 && !is_name_part(text, at - 1) && !is_name_part(text, at + (ptrdiff_t)name.n))
            ret[n++] = i;
    }
    return n;
}

static bool is_among(const size_t *list, size_t n, size_t tool)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == tool)
            return true;
    return false;
}

size_t find_search(struct find *f, struct str query, size_t ret[FIND_RESULTS_MAX])
{
    struct hit *hits = mem_zalloc(f->count, sizeof(*hits));
    struct str text = str_slice(query, 0, FIND_QUERY_MAX);
    size_t n = rank(f, text, hits), first = named(f, text, ret), count = first;
    for (size_t i = 0; i < n && count < FIND_RESULTS_MAX; i++)
        if (!is_among(ret, first, hits[i].tool))
            ret[count++] = hits[i].tool;
    free(hits);
    return count;
}
