/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The adapters that an emulated machine has, and the text they are read from.
 */
#ifndef S390X_AP_TOPOLOGY_H
#define S390X_AP_TOPOLOGY_H

#define AP_N            256
#define Q_SLOTS         16      /* the deepest queue there can be */

/* Response codes that a topology can give a queue. */
#define RC_OK           0x00
#define RC_INVALID_Q    0x01
#define RC_RESETTING    0x02
#define RC_DECONFIGURED 0x03
#define RC_CHECKSTOP    0x04
#define RC_BUSY         0x05
#define RC_ABSENT       0xff    /* none of the architecture's: no such queue */

#define F_APSC          0x80000000u
#define F_MEX4K         0x40000000u
#define F_CRT4K         0x20000000u
#define F_CCA           0x10000000u
#define F_ACCEL         0x08000000u
#define F_EP11          0x04000000u
#define F_APXA          0x02000000u
#define F_SLCF          0x01000000u

typedef struct Bits {
    uint64_t w[AP_N / 64];
} Bits;

typedef struct Adapter {
    bool present;
    uint8_t type;               /* 10 = CEX4 ... 14 = CEX8 */
    uint32_t fac;
    uint8_t rc;                 /* 0, or the response code of every queue */
    uint8_t qdepth;
    int reset_ms;               /* -1: the global value */
    Bits domains;
} Adapter;

typedef struct Topology {
    unsigned na, nd;
    uint8_t flags;              /* first byte of the QCI block */
    int reset_ms;
    Bits usage, control;
    Adapter ap[AP_N];
    uint8_t qrc[AP_N][AP_N];    /* response code of one queue; RC_ABSENT: none */
} Topology;

static inline void bit_set(Bits *b, unsigned n)
{
    b->w[n / 64] |= 1ull << (63 - n % 64);
}

static inline bool bit_get(const Bits *b, unsigned n)
{
    return b->w[n / 64] >> (63 - n % 64) & 1;
}

/*
 * Fills T from TEXT; the grammar is in README.md.  Returns 0, or the number of
 * the first line that is not understood; T is of no use then.
 */
size_t ap_topology_parse(Topology *t, const char *text);

#endif
