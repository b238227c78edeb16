/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the topology of an emulated machine; see README.md for the grammar.
 */

#include "qemu/osdep.h"
#include "ap_topology.h"

/* "1,4-6,0x1f", "all" or "none"; stops at the character END.  */
static bool parse_list(const char *s, char end, Bits *out, const char **rest)
{
    memset(out, 0, sizeof(*out));
    if (g_str_has_prefix(s, "all")) {
        memset(out, 0xff, sizeof(*out));
        s += 3;
    } else if (g_str_has_prefix(s, "none")) {
        s += 4;
    } else {
        for (;;) {
            char *e;
            unsigned long a = strtoul(s, &e, 0), z = a;

            if (e == s) {
                return false;
            }
            if (*e == '-') {
                s = e + 1;
                z = strtoul(s, &e, 0);
                if (e == s) {
                    return false;
                }
            }
            if (a > z || z >= AP_N) {
                return false;
            }
            for (; a <= z; a++) {
                bit_set(out, a);
            }
            s = e;
            if (*s != ',') {
                break;
            }
            s++;
        }
    }
    if (*s != end) {
        return false;
    }
    if (rest) {
        *rest = s + 1;
    }
    return true;
}

static bool parse_state(const char *s, uint8_t *rc)
{
    static const struct {
        const char *name;
        uint8_t rc;
    } names[] = {
        { "online", RC_OK }, { "deconfigured", RC_DECONFIGURED },
        { "checkstop", RC_CHECKSTOP }, { "busy", RC_BUSY },
        { "resetting", RC_RESETTING }, { "absent", RC_ABSENT },
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (!strcmp(s, names[i].name)) {
            *rc = names[i].rc;
            return true;
        }
    }
    if (g_str_has_prefix(s, "rc:")) {
        *rc = strtoul(s + 3, NULL, 0);
        return true;
    }
    return false;
}

static bool parse_adapter(Topology *t, char **w)
{
    Adapter a = { .present = true, .type = 14, .qdepth = 8, .reset_ms = -1,
                  .fac = F_EP11 | F_APXA | F_SLCF };
    Bits ids;

    memset(&a.domains, 0xff, sizeof(a.domains));
    if (!w[0] || !parse_list(w[0], 0, &ids, NULL)) {
        return false;
    }
    for (w++; *w; w++) {
        if (g_str_has_prefix(*w, "type=CEX")) {
            a.type = strtoul(*w + 8, NULL, 10) + 6;
        } else if (g_str_has_prefix(*w, "type=")) {
            a.type = strtoul(*w + 5, NULL, 0);
        } else if (!strcmp(*w, "mode=accel")) {
            a.fac = F_MEX4K | F_CRT4K | F_ACCEL | F_APXA | F_SLCF;
        } else if (!strcmp(*w, "mode=cca")) {
            a.fac = F_APSC | F_CCA | F_APXA | F_SLCF;
        } else if (!strcmp(*w, "mode=ep11")) {
            a.fac = F_EP11 | F_APXA | F_SLCF;
        } else if (g_str_has_prefix(*w, "state=")) {
            if (!parse_state(*w + 6, &a.rc)) {
                return false;
            }
        } else if (g_str_has_prefix(*w, "domains=")) {
            if (!parse_list(*w + 8, 0, &a.domains, NULL)) {
                return false;
            }
        } else if (g_str_has_prefix(*w, "qdepth=")) {
            a.qdepth = MAX(1, MIN(Q_SLOTS, strtoul(*w + 7, NULL, 0)));
        } else if (g_str_has_prefix(*w, "reset-ms=")) {
            a.reset_ms = strtoul(*w + 9, NULL, 0);
        } else {
            return false;
        }
    }
    for (int i = 0; i < AP_N; i++) {
        if (bit_get(&ids, i)) {
            t->ap[i] = a;
        }
    }
    return true;
}

static bool parse_queue(Topology *t, char **w)
{
    Bits cards, doms;
    const char *rest;
    uint8_t rc;

    if (!w[0] || !w[1] || !g_str_has_prefix(w[1], "state=") ||
        !parse_list(w[0], '.', &cards, &rest) ||
        !parse_list(rest, 0, &doms, NULL) || !parse_state(w[1] + 6, &rc)) {
        return false;
    }
    for (int c = 0; c < AP_N; c++) {
        for (int d = 0; bit_get(&cards, c) && d < AP_N; d++) {
            if (bit_get(&doms, d)) {
                t->qrc[c][d] = rc;
            }
        }
    }
    return true;
}

static bool parse_features(Topology *t, char **w)
{
    static const char *const names[8] = {
        "apsc", "apxa", "qact", "rc8a", "", "", "", "",
    };

    t->flags = 0;
    for (; *w; w++) {
        int i;

        for (i = 0; i < 8 && strcmp(*w, names[i]); i++) {
        }
        if (i == 8) {
            return false;
        }
        t->flags |= 0x80 >> i;
    }
    return true;
}

static bool parse_line(Topology *t, char *line)
{
    g_auto(GStrv) all = NULL;
    g_autofree char **w = NULL;
    size_t n = 0;

    line[strcspn(line, "#")] = 0;
    all = g_strsplit_set(line, " \t\r", -1);
    w = g_new0(char *, g_strv_length(all) + 2);
    for (size_t i = 0; all[i]; i++) {
        if (*all[i]) {
            w[n++] = all[i];
        }
    }
    if (!n) {
        return true;
    }
    if (!strcmp(w[0], "adapter")) {
        return parse_adapter(t, w + 1);
    }
    if (!strcmp(w[0], "queue")) {
        return parse_queue(t, w + 1);
    }
    if (!strcmp(w[0], "features")) {
        return parse_features(t, w + 1);
    }
    if (n != 2) {
        return false;
    }
    if (!strcmp(w[0], "usage")) {
        return parse_list(w[1], 0, &t->usage, NULL);
    }
    if (!strcmp(w[0], "control")) {
        return parse_list(w[1], 0, &t->control, NULL);
    }
    if (!strcmp(w[0], "max-adapter")) {
        t->na = MIN(AP_N - 1, strtoul(w[1], NULL, 0));
        return true;
    }
    if (!strcmp(w[0], "max-domain")) {
        t->nd = MIN(AP_N - 1, strtoul(w[1], NULL, 0));
        return true;
    }
    if (!strcmp(w[0], "reset-ms")) {
        t->reset_ms = strtoul(w[1], NULL, 0);
        return true;
    }
    return false;
}

size_t ap_topology_parse(Topology *t, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    memset(t, 0, sizeof(*t));
    t->na = t->nd = AP_N - 1;
    t->flags = 0xf0;
    for (size_t i = 0; lines[i]; i++) {
        if (!parse_line(t, lines[i])) {
            return i + 1;
        }
    }
    return 0;
}
