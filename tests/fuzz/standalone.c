// SPDX-License-Identifier: MIT
// Replays files and folders of inputs through a fuzz target, and each input cut short and with
// single bytes changed: the plain compiler's small share of fuzzing. An empty corpus is a failure.
#include <dirent.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz.h"

#define INPUT_MAX   (1 << 20)
#define CHANGES_MAX 400 // per input

static size_t inputs;

// In memory of exactly its size, so that the address sanitizer sees a step too far.
static void run(struct str input)
{
    uint8_t *exact = mem_alloc(input.n);
    if (input.n)
        memcpy(exact, input.p, input.n);
    LLVMFuzzerTestOneInput(exact, input.n);
    free(exact);
}

static void run_changed(struct buf *input)
{
    static const char odd[] = { '\0', '"', '\\', '%', '{', ']', '\xff', '\x80', ' ', '9' };
    size_t step = input->n / CHANGES_MAX + 1;
    for (size_t at = 0; at < input->n; at += step) {
        char before = input->p[at];
        run(str_of(input->p, at));
        input->p[at] = odd[at % sizeof(odd)];
        run(buf_str(input));
        input->p[at] = (char)(before ^ (1 << at % 8));
        run(buf_str(input));
        input->p[at] = before;
    }
}

static void replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    CLEANUP(buf_release) struct buf input = BUF_INIT(INPUT_MAX);
    char *room = buf_room(&input, INPUT_MAX);
    buf_grown(&input, fread(room, 1, INPUT_MAX, f));
    fclose(f);
    fprintf(stderr, "%s\n", path); // the last one named is the one that failed
    run(buf_str(&input));
    run_changed(&input);
    inputs++;
}

static void replay(const char *path)
{
    struct stat st;
    DIR *dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? opendir(path) : NULL;
    if (!dir) {
        replay_file(path);
        return;
    }
    for (struct dirent *d; (d = readdir(dir));) {
        CLEANUP(buf_release) struct buf file = BUF_INIT(4096);
        if (d->d_name[0] == '.')
            continue;
        buf_addf(&file, "%s/%s", path, d->d_name);
        replay_file(buf_cstr(&file));
    }
    closedir(dir);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%zu inputs replayed\n", inputs);
    return inputs == 0;
}
