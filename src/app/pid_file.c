// SPDX-License-Identifier: MIT
#include "app/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "json/write.h"

#define PLACES_MAX   3
#define SUFFIX_BYTES 8

// --- where ---

static size_t places_of(const struct options *o, struct arena *arena, const char **ret)
{
    const char *home = o->env_of("HOME");
    size_t n = 0;
    if (o->pid_file) {
        ret[n++] = o->pid_file;
        return n;
    }
    ret[n++] = "/var/run/zscaler-mcp.pid";
    ret[n++] = "/tmp/zscaler-mcp.pid";
    if (home && *home)
        ret[n++] = arena_printf(arena, "%s/.zscaler-mcp/server.pid", home).p;
    return n;
}

// --- which process ---

// Clock ticks since the machine's start (field 22 of /proc/PID/stat, proc(5)): with the number it
// names one process. 0: cannot be told.
static int64_t process_start(pid_t pid)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
    char path[64];
    int64_t ticks = 0;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (!file_read(path, &text, NULL))
        return 0;
    // The name in parentheses may have blanks and parentheses of its own; 20 fields follow it.
    struct str rest = buf_str(&text);
    while (rest.n > 0 && rest.p[rest.n - 1] != ')')
        rest.n--;
    rest = str_slice(buf_str(&text), rest.n, text.n);
    str_cut(&rest, ' ');
    for (int field = 3; field < 22; field++)
        str_cut(&rest, ' ');
    return str_to_i64(str_cut(&rest, ' '), &ticks) ? ticks : 0;
}

static bool runs(pid_t pid, int64_t start)
{
    if (pid <= 0 || (kill(pid, 0) != 0 && errno != EPERM))
        return false;
    int64_t now = process_start(pid);
    return !start || !now || start == now;
}

// --- reading ---

static bool read_trusted(const char *path, struct buf *out)
{
    struct stat st;
    struct err err;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
              (st.st_uid == geteuid() || st.st_uid == 0) && file_read_fd(fd, path, out, &err);
    if (fd >= 0)
        close(fd);
    return ok;
}

static struct str words_of(struct arena *arena, const json_t *list)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PID_FILE_BYTES_MAX);
    size_t i;
    json_t *word;
    json_array_foreach(list, i, word)
    {
        buf_adds(&out, i ? " " : "");
        buf_add(&out, dom_text(word));
    }
    return arena_str(arena, buf_str(&out));
}

static bool read_record(const char *path, struct arena *arena, struct pid_record *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(PID_FILE_BYTES_MAX);
    JSON_AUTO *tree = NULL;
    *ret = (struct pid_record){ .path = path };
    if (!read_trusted(path, &text) || !dom_parse_object(buf_str(&text), &tree, NULL))
        return false;
    ret->pid = (pid_t)dom_int(tree, "pid", 0);
    ret->started_at = (int64_t)json_number_value(dom_get(tree, "started_at"));
    ret->port = (int)dom_int(tree, "port", 0);
    ret->alive = runs(ret->pid, dom_int(tree, "process_start", 0));
    const struct {
        const char *key;
        struct str *value;
    } texts[] = { { "version", &ret->version },
                  { "transport", &ret->transport },
                  { "host", &ret->host },
                  { "dotenv_path", &ret->dotenv_path },
                  { "executable", &ret->executable } };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i].value = arena_str(arena, dom_str(tree, texts[i].key));
    ret->argv = words_of(arena, dom_get(tree, "argv"));
    return ret->pid > 0;
}

bool pid_file_find(const struct options *o, struct arena *arena, struct pid_record *ret)
{
    const char *places[PLACES_MAX];
    size_t n = places_of(o, arena, places);
    for (size_t i = 0; i < n; i++)
        if (read_record(places[i], arena, ret))
            return true;
    *ret = (struct pid_record){ .path = places[0] };
    return false;
}

// --- writing ---

static void render(const struct options *o, const struct settings *s, int port,
                   const char *executable, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    w.indent = 2;
    jw_object(&w);
    jw_key(&w, "argv");
    jw_array(&w);
    for (int i = 0; i < o->argc; i++)
        jw_c(&w, o->argv[i]);
    jw_array_end(&w);
    jw_kv_c(&w, "dotenv_path", o->dotenv_used);
    jw_kv_c(&w, "executable", executable);
    jw_kv_c(&w, "host", s->host);
    jw_kv_int(&w, "pid", getpid());
    jw_kv_int(&w, "port", port);
    jw_kv_int(&w, "process_start", process_start(getpid()));
    jw_key(&w, "started_at");
    jw_real(&w, (double)clock_now_ms() / 1000);
    jw_kv_c(&w, "transport", settings_transport(s));
    jw_kv_c(&w, "version", ZSCALER_MCP_VERSION);
    jw_object_end(&w);
    buf_addc(out, '\n');
}

static bool put(struct arena *arena, const char *path, struct str text, struct err *err)
{
    char suffix[2 * SUFFIX_BYTES + 1];
    random_hex(suffix, SUFFIX_BYTES);
    struct str fresh = arena_printf(arena, "%s.%s", path, suffix);
    if (!file_create_private(fresh.p, text, err))
        return false;
    if (rename(fresh.p, path) == 0)
        return true;
    err_set(err, ERR_IO, "cannot replace %s: %s", path, err_errno(errno));
    unlink(fresh.p);
    return false;
}

static bool make_folder(struct arena *arena, const char *path, struct err *err)
{
    struct str folder = str_c(path);
    while (folder.n > 0 && folder.p[folder.n - 1] != '/')
        folder.n--;
    return folder.n < 2 ||
           file_make_dirs(arena_cstr(arena, str_slice(folder, 0, folder.n - 1)), err);
}

// Another server's file stays, so that `status` and `stop` keep telling of that one.
static bool is_taken(const struct options *o, const char *path)
{
    struct pid_record other;
    if (!read_record(path, o->arena, &other) || !other.alive || other.pid == getpid())
        return false;
    LOG(o->pid_file ? LOG_WARNING : LOG_INFO, "no PID file: it is that of another server that runs",
        F_C("path", path), F_INT("pid", other.pid),
        F_C("fix", "give each server a ZSCALER_MCP_PID_FILE of its own"));
    return true;
}

const char *pid_file_write(struct options *o, const struct settings *s, int port,
                           const char *executable)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(PID_FILE_BYTES_MAX);
    const char *places[PLACES_MAX];
    struct err err = { 0 };
    if (!o->pid_file && !s->http)
        return NULL; // its client started it, and ends it
    size_t n = places_of(o, o->arena, places);
    render(o, s, port, executable, &text);
    for (size_t i = 0; i < n; i++) {
        if (is_taken(o, places[i]))
            return NULL;
        bool own_folder = o->pid_file || i == PLACES_MAX - 1;
        if ((own_folder && !make_folder(o->arena, places[i], &err)) ||
            !put(o->arena, places[i], buf_str(&text), &err))
            continue;
        LOG(LOG_INFO, "PID file", F_C("path", places[i]));
        return places[i];
    }
    LOG(o->pid_file ? LOG_WARNING : LOG_INFO,
        "no PID file: zscaler-mcp status, reload, restart and stop will not find this server",
        F("reason", err_text(&err)));
    return NULL;
}

void pid_file_remove(const char *path)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct pid_record r;
    if (path && read_record(path, arena, &r) && r.pid == getpid())
        unlink(path);
}
