/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emulated Adjunct Processors for s390x TCG guests; see ap_emul.c.
 */
#ifndef S390X_AP_EMUL_H
#define S390X_AP_EMUL_H

enum { AP_OP_PQAP, AP_OP_NQAP, AP_OP_DQAP };

/* CHSC store event information, notification type 0 */
bool ap_emul_sei_have_event(void);
bool ap_emul_sei_get_event(void *res);

/* SCLP (de)configure adapter: the response code */
uint16_t ap_emul_sclp(uint32_t code);

#endif
