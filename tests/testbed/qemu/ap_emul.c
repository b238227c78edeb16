/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emulated Adjunct Processors (AP) for s390x TCG guests.
 *
 * Our own addition to QEMU: PQAP (TAPQ, RAPQ, ZAPQ, AQIC, QCI, QACT), NQAP
 * and DQAP, the SCLP commands that (de)configure an adapter, and the channel
 * subsystem event that tells a guest that its AP configuration changed.  The
 * adapters themselves do no cryptography: a request is accepted and answered
 * with a type 82 "invalid message length" error reply.
 *
 * The topology comes from the text file named by the environment variable
 * AP_EMUL_TOPOLOGY; it is read again whenever it changes.  AP_EMUL_LOG names
 * a file that gets one line for each instruction other than TAPQ and DQAP,
 * and for each topology load.  The grammar is in README.md.
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qemu/main-loop.h"
#include "cpu.h"
#include "s390x-internal.h"
#include "tcg_s390x.h"
#include "exec/helper-proto.h"
#include "exec/exec-all.h"
#include "exec/cpu-common.h"
#include "hw/s390x/css.h"
#include "hw/s390x/ioinst.h"
#include "hw/s390x/sclp.h"
#include "hw/s390x/s390_flic.h"
#include "ap_emul.h"
#include "ap_topology.h"

#define FC_TAPQ         0
#define FC_RAPQ         1
#define FC_ZAPQ         2
#define FC_AQIC         3
#define FC_QCI          4
#define FC_QACT         5

#define GR0_T           0x00800000u

#define ST_EMPTY        0x80000000u
#define ST_REPLIES      0x40000000u
#define ST_FULL         0x20000000u
#define ST_IRQ          0x01000000u

#define RC_INVALID_ADDR 0x06
#define RC_CHANGED      0x07
#define RC_Q_FULL       0x10
#define RC_NO_REPLY     0x10
#define RC_TOO_BIG      0x15

#define MAX_MSG         (64 * 1024)

/* What a queue remembers from one instruction to the next. */
typedef struct Queue {
    int64_t reset_until;        /* ms of the realtime clock */
    bool irq;
    uint8_t isc;
    uint64_t nib;
    unsigned head, count;
    uint64_t psmid[Q_SLOTS];
} Queue;

static Topology topo, scratch;
static Queue *queues[AP_N];
static bool guest_off[AP_N];    /* deconfigured by the guest through SCLP */
static bool started, event_pending;
static struct stat topo_stat;
static QEMUTimer *topo_timer;
static FILE *log_file;

static void G_GNUC_PRINTF(1, 2) note(const char *fmt, ...)
{
    int64_t ms = qemu_clock_get_ms(QEMU_CLOCK_REALTIME);
    va_list ap;

    if (!log_file) {
        return;
    }
    fprintf(log_file, "%" PRId64 ".%03d ", ms / 1000, (int)(ms % 1000));
    va_start(ap, fmt);
    vfprintf(log_file, fmt, ap);
    va_end(ap);
    fputc('\n', log_file);
    fflush(log_file);
}

static void queue_reset(Queue *q)
{
    q->irq = false;
    q->head = q->count = 0;
}

/* Returns true when the file was taken; a bad file changes nothing. */
static bool topology_load(const char *path)
{
    g_autofree char *text = NULL;
    Topology *t = &scratch;
    size_t line;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return false;
    }
    line = ap_topology_parse(t, text);
    if (line) {
        fprintf(stderr, "ap_emul: %s line %zu: not understood\n", path, line);
        note("topology line %zu not understood; file ignored", line);
        return false;
    }
    for (int c = 0; c < AP_N; c++) {
        for (int d = 0; queues[c] && d < AP_N; d++) {
            if (!t->ap[c].present || t->ap[c].rc || !bit_get(&t->usage, d)) {
                queue_reset(&queues[c][d]);
            }
        }
    }
    topo = *t;
    memset(guest_off, 0, sizeof(guest_off));
    note("topology loaded");
    return true;
}

static bool topology_poll(void)
{
    const char *path = getenv("AP_EMUL_TOPOLOGY");
    struct stat st;

    if (!path || stat(path, &st)) {
        return false;
    }
    if (st.st_ino == topo_stat.st_ino && st.st_size == topo_stat.st_size &&
        st.st_mtim.tv_sec == topo_stat.st_mtim.tv_sec &&
        st.st_mtim.tv_nsec == topo_stat.st_mtim.tv_nsec) {
        return false;
    }
    topo_stat = st;
    return topology_load(path);
}

static void topo_timer_cb(void *opaque)
{
    if (topology_poll()) {
        event_pending = true;
        css_generate_css_crws(0);
    }
    timer_mod(topo_timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 100);
}

static void start(void)
{
    const char *path = getenv("AP_EMUL_LOG");

    if (started) {
        return;
    }
    started = true;
    if (path) {
        log_file = fopen(path, "a");
    }
    topo.na = topo.nd = AP_N - 1;
    topo.flags = 0xf0;
    topology_poll();
    topo_timer = timer_new_ms(QEMU_CLOCK_REALTIME, topo_timer_cb, NULL);
    timer_mod(topo_timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 100);
}

/*
 * Channel subsystem event (CHSC store event information, type 0)
 */

bool ap_emul_sei_have_event(void)
{
    return event_pending;
}

bool ap_emul_sei_get_event(void *res)
{
    uint8_t *r = res;

    if (!event_pending) {
        return false;
    }
    event_pending = false;
    stw_be_p(r, 64);            /* response length */
    memset(r + 4, 0, 60);       /* notification type 0, no flags */
    r[10] = 5;                  /* reporting source: AP */
    r[11] = 3;                  /* content code: configuration changed */
    note("configuration change event taken");
    return true;
}

/*
 * SCLP configure and deconfigure adapter
 */

uint16_t ap_emul_sclp(uint32_t code)
{
    unsigned id = code >> 8 & 0xff;
    bool on = (code & 0xffff00ff) == 0x001f0001;
    bool is_on;

    start();
    if (!topo.ap[id].present) {
        return 0x0470;          /* no such adapter: any failure will do */
    }
    is_on = topo.ap[id].rc != RC_DECONFIGURED && !guest_off[id];
    guest_off[id] = !on;
    if (on && topo.ap[id].rc == RC_DECONFIGURED) {
        topo.ap[id].rc = RC_OK;
    }
    note("SCLP %s %02x", on ? "configure" : "deconfigure", id);
    if (is_on == on) {
        return on ? 0x0440 : 0x0450;
    }
    if (!on && queues[id]) {
        for (int d = 0; d < AP_N; d++) {
            queue_reset(&queues[id][d]);
        }
    }
    return on ? 0x0020 : 0x0120;
}

/*
 * Instructions
 */

static Queue *get_queue(unsigned card, unsigned dom)
{
    if (!queues[card]) {
        queues[card] = g_new0(Queue, AP_N);
    }
    return &queues[card][dom];
}

/* The response code that keeps a queue from being used, or 0. */
static uint8_t queue_rc(unsigned card, unsigned dom)
{
    const Adapter *a = &topo.ap[card];

    if (card > topo.na || dom > topo.nd || !a->present ||
        !bit_get(&topo.usage, dom) || !bit_get(&a->domains, dom) ||
        a->rc == RC_ABSENT || topo.qrc[card][dom] == RC_ABSENT) {
        return RC_INVALID_Q;
    }
    if (guest_off[card]) {
        return RC_DECONFIGURED;
    }
    if (a->rc) {
        return a->rc;
    }
    if (topo.qrc[card][dom]) {
        return topo.qrc[card][dom];
    }
    if (queues[card] && queues[card][dom].reset_until >
        qemu_clock_get_ms(QEMU_CLOCK_REALTIME)) {
        return RC_RESETTING;
    }
    return RC_OK;
}

static uint32_t finish(CPUS390XState *env, unsigned card, unsigned dom,
                       uint8_t rc)
{
    uint32_t st = (uint32_t)rc << 16;

    if (rc != RC_INVALID_Q) {
        Queue *q = queues[card] ? &queues[card][dom] : NULL;

        if (!q || !q->count) {
            st |= ST_EMPTY;
        } else {
            st |= ST_REPLIES;
        }
        if (q && q->count >= topo.ap[card].qdepth) {
            st |= ST_FULL;
        }
        if (q && q->irq) {
            st |= ST_IRQ;
        }
    }
    env->regs[1] = st;
    return rc ? 3 : 0;
}

static uint64_t hwinfo(unsigned card, bool t)
{
    const Adapter *a = &topo.ap[card];
    uint32_t low = (uint32_t)a->type << 24 | (topo.nd & 0xff) << 16 |
                   3 << 8 | (a->qdepth - 1);

    return (t ? (uint64_t)a->fac << 32 : 0) | low;
}

static uint32_t do_reset(CPUS390XState *env, unsigned card, unsigned dom,
                         const char *what)
{
    uint8_t rc = queue_rc(card, dom);

    if (rc == RC_OK) {
        const Adapter *a = &topo.ap[card];
        int ms = a->reset_ms >= 0 ? a->reset_ms : topo.reset_ms;
        Queue *q = get_queue(card, dom);

        queue_reset(q);
        q->reset_until = qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + ms;
    }
    note("%s %02x.%04x rc=%02x", what, card, dom, rc);
    return finish(env, card, dom, rc);
}

static uint32_t do_aqic(CPUS390XState *env, unsigned card, unsigned dom)
{
    uint8_t rc = queue_rc(card, dom);
    bool on = env->regs[1] >> 47 & 1;

    if (rc == RC_OK) {
        Queue *q = get_queue(card, dom);

        if (q->irq == on) {
            rc = RC_CHANGED;
        } else {
            q->irq = on;
            q->isc = env->regs[1] & 7;
            q->nib = env->regs[2];
        }
    }
    note("AQIC %02x.%04x ir=%d rc=%02x", card, dom, on, rc);
    return finish(env, card, dom, rc);
}

static uint32_t do_qci(CPUS390XState *env, uintptr_t ra)
{
    S390CPU *cpu = env_archcpu(env);
    uint8_t block[128] = { };
    Bits apm = { };

    for (int i = 0; i <= topo.na; i++) {
        if (topo.ap[i].present) {
            bit_set(&apm, i);
        }
    }
    block[0] = topo.flags;
    block[4] = topo.na;
    block[5] = topo.nd;
    for (int i = 0; i < AP_N / 64; i++) {
        stq_be_p(block + 16 + 8 * i, apm.w[i]);
        stq_be_p(block + 48 + 8 * i, topo.usage.w[i]);
        stq_be_p(block + 80 + 8 * i, topo.control.w[i]);
    }
    if (s390_cpu_virt_mem_write(cpu, env->regs[2], 2, block, sizeof(block))) {
        s390_cpu_virt_mem_handle_exc(cpu, ra);
        return 0;
    }
    note("QCI");
    return 0;
}

static uint32_t do_qact(CPUS390XState *env, unsigned card, unsigned dom)
{
    uint8_t rc = queue_rc(card, dom);
    uint64_t in = env->regs[1];
    uint64_t cat = MIN(in >> 24 & 0xff, topo.ap[card].type);

    if (rc == RC_OK) {
        env->regs[2] = (in & ~(0xffull << 24)) | cat << 24;
    }
    note("QACT %02x.%04x rc=%02x", card, dom, rc);
    return finish(env, card, dom, rc);
}

static uint32_t do_nqap(CPUS390XState *env, unsigned card, unsigned dom,
                        unsigned r1, unsigned r2)
{
    uint64_t len = env->regs[(r2 + 1) & 15];
    uint8_t rc = queue_rc(card, dom);

    if (rc == RC_OK) {
        Queue *q = get_queue(card, dom);

        if (len > MAX_MSG) {
            rc = RC_TOO_BIG;
        } else if (q->count >= topo.ap[card].qdepth) {
            rc = RC_Q_FULL;
        } else {
            q->psmid[(q->head + q->count++) % Q_SLOTS] =
                env->regs[r1] << 32 | (uint32_t)env->regs[(r1 + 1) & 15];
            env->regs[r2] += len;
            env->regs[(r2 + 1) & 15] = 0;
            if (q->irq) {
                uint8_t one = 0x80;

                cpu_physical_memory_write(q->nib, &one, 1);
                s390_io_interrupt(0, 0, 0,
                                  (uint32_t)q->isc << 27 | IO_INT_WORD_AI);
            }
        }
    }
    note("NQAP %02x.%04x len=%" PRIu64 " rc=%02x", card, dom, len, rc);
    return finish(env, card, dom, rc);
}

static uint32_t do_dqap(CPUS390XState *env, unsigned card, unsigned dom,
                        unsigned r1, unsigned r2, uintptr_t ra)
{
    static const uint8_t reply[8] = { 0, 0x82, 0, 0, 0x83 };
    S390CPU *cpu = env_archcpu(env);
    uint8_t rc = queue_rc(card, dom);

    if (rc == RC_OK) {
        Queue *q = get_queue(card, dom);
        uint64_t addr = env->regs[r2], len = env->regs[(r2 + 1) & 15];

        if (!q->count) {
            rc = RC_NO_REPLY;
        } else {
            uint64_t psmid = q->psmid[q->head];

            if (len > sizeof(reply)) {
                len = sizeof(reply);
            }
            if (s390_cpu_virt_mem_write(cpu, addr, r2, (void *)reply, len)) {
                s390_cpu_virt_mem_handle_exc(cpu, ra);
                return 0;
            }
            q->head = (q->head + 1) % Q_SLOTS;
            q->count--;
            env->regs[r1] = psmid >> 32;
            env->regs[(r1 + 1) & 15] = (uint32_t)psmid;
            env->regs[r2] += len;
            env->regs[(r2 + 1) & 15] -= len;
            env->regs[2] = 0;
        }
    }
    return finish(env, card, dom, rc);
}

uint32_t HELPER(ap)(CPUS390XState *env, uint32_t op, uint32_t r1, uint32_t r2)
{
    uintptr_t ra = GETPC();
    uint32_t gr0 = env->regs[0], cc = 0;
    unsigned card = gr0 >> 8 & 0xff, dom = gr0 & 0xff;
    bool bad = false;
    uint8_t rc;

    bql_lock();
    start();
    switch (op) {
    case AP_OP_NQAP:
        cc = do_nqap(env, card, dom, r1, r2);
        break;
    case AP_OP_DQAP:
        cc = do_dqap(env, card, dom, r1, r2, ra);
        break;
    default:
        switch (gr0 >> 24) {
        case FC_TAPQ:
            rc = queue_rc(card, dom);
            env->regs[2] = rc == RC_INVALID_Q ? 0 : hwinfo(card, gr0 & GR0_T);
            cc = finish(env, card, dom, rc);
            break;
        case FC_RAPQ:
            cc = do_reset(env, card, dom, "RAPQ");
            break;
        case FC_ZAPQ:
            cc = do_reset(env, card, dom, "ZAPQ");
            break;
        case FC_AQIC:
            cc = do_aqic(env, card, dom);
            break;
        case FC_QCI:
            cc = do_qci(env, ra);
            break;
        case FC_QACT:
            cc = do_qact(env, card, dom);
            break;
        default:
            bad = true;
        }
    }
    bql_unlock();
    if (bad) {
        tcg_s390_program_interrupt(env, PGM_SPECIFICATION, ra);
    }
    return cc;
}
