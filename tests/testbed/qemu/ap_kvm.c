/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What KVM in an s390x TCG guest needs beside the AP instructions.
 */

#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "cpu.h"
#include "s390x-internal.h"
#include "tcg_s390x.h"
#include "exec/helper-proto.h"
#include "exec/exec-all.h"
#include "exec/cpu-common.h"

/*
 * PERFORM LOCKED OPERATION with the test bit: KVM asks at its initialisation
 * which function codes there are.  TCG knows nothing of the instruction.
 */
uint32_t HELPER(plo_test)(CPUS390XState *env)
{
    uint32_t gr0 = env->regs[0];
    uint8_t block[32] = { };

    if (!(gr0 & 0x100)) {
        tcg_s390_program_interrupt(env, PGM_OPERATION, GETPC());
    }
    s390_get_feat_block(S390_FEAT_TYPE_PLO, block);
    return block[(gr0 & 0xff) / 8] & (0x80 >> gr0 % 8) ? 0 : 3;
}

/*
 * START INTERPRETIVE EXECUTION, as far as a host needs it to think that its
 * guests run: whatever the guest would do, it loads an enabled wait PSW and
 * leaves with the wait interception, so that KVM puts the virtual CPU to
 * sleep.  Guests of the guest thus never execute an instruction.
 */
void HELPER(sie)(CPUS390XState *env, uint64_t block)
{
    uint8_t psw[8], code = 0x1c;

    stq_be_p(psw, 0x0306000180000000ull);
    bql_lock();
    cpu_physical_memory_write(block + 0x90, psw, sizeof(psw));
    cpu_physical_memory_write(block + 0x50, &code, 1);
    bql_unlock();
}
