#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# apply.sh QEMU-SOURCE: add the AP emulation to a QEMU source tree.
# Copies our files in and inserts single lines into QEMU's own; does nothing
# to a tree that has them already.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
src=$1
cp "$here"/ap_*.[ch] "$here/ap_translate.c.inc" \
   "$src/target/s390x/tcg/"
grep -q ap_emul "$src/target/s390x/tcg/meson.build" && exit 0

# insert WHERE FILE PATTERN TEXT: put TEXT beside the first line that matches.
insert() {
    awk -v where="$1" -v pat="$3" -v text="$4" '
        !done && $0 ~ pat { hit = 1 }
        hit && where == "before" { print text }
        { print }
        hit && where == "after" { print text }
        hit { done = 1; hit = 0 }
        END { exit !done }' "$src/$2" >"$src/$2.new" ||
        { echo "apply.sh: no line like '$3' in $2" >&2; exit 1; }
    mv "$src/$2.new" "$src/$2"
}
after() { insert after "$@"; }
before() { insert before "$@"; }

t=target/s390x
after $t/tcg/meson.build "'cc_helper.c'," "  'ap_emul.c',
  'ap_kvm.c',
  'ap_topology.c',"
after $t/helper.h 'DEF_HELPER_3\(servc, i32' \
'DEF_HELPER_4(ap, i32, env, i32, i32, i32)
DEF_HELPER_1(plo_test, i32, env)
DEF_HELPER_2(sie, void, env, i64)'
after $t/tcg/translate.c '^#define FAC_MIE3 ' \
    '#define FAC_AP          S390_FEAT_AP /* adjunct processors */'
before $t/tcg/translate.c 'static DisasJumpType op_servc' \
'#include "ap_emul.h"
#include "ap_translate.c.inc"
'
after $t/tcg/insn-data.h.inc 'F\(0xb25f, CHSC,' \
'/* Adjunct processor instructions */
    E(0xb2af, PQAP,    RRE,   AP,  0, 0, 0, 0, ap, 0, AP_OP_PQAP, IF_PRIV | IF_IO)
    E(0xb2ad, NQAP,    RRE,   AP,  0, 0, 0, 0, ap, 0, AP_OP_NQAP, IF_PRIV | IF_IO)
    E(0xb2ae, DQAP,    RRE,   AP,  0, 0, 0, 0, ap, 0, AP_OP_DQAP, IF_PRIV | IF_IO)
/* For KVM: the test of which functions there are, and an idle guest */
    C(0xee00, PLO,     SS_e,  Z,   0, 0, 0, 0, plo, 0)
    F(0xb214, SIE,     S,     Z,   0, a2, 0, 0, sie, 0, IF_PRIV)'
# The features of "-cpu max": the AP facilities, and what makes KVM load.
after $t/gen-features.c 'static uint16_t qemu_MAX\[\]' \
'    S390_FEAT_AP,
    S390_FEAT_AP_QUERY_CONFIG_INFO,
    S390_FEAT_AP_FACILITIES_TEST,
    S390_FEAT_AP_QUEUE_INTERRUPT_CONTROL,
    S390_FEAT_SIE_F2,
    S390_FEAT_SIE_64BSCAO,'
after $t/ioinst.c '#include "hw/s390x/ioinst.h"' \
    '#include "target/s390x/tcg/ap_emul.h"'
after $t/ioinst.c 'have_event = !chsc_sei_nt0_get_event' \
    '    have_event = have_event || ap_emul_sei_get_event(res);'
after $t/ioinst.c 'have_more = chsc_sei_nt0_have_event' \
    '    have_more = have_more || ap_emul_sei_have_event();'
after hw/s390x/sclp.c '#include "hw/s390x/sclp.h"' \
    '#include "target/s390x/tcg/ap_emul.h"'
after hw/s390x/sclp.c 'case SCLP_CMDW_DECONFIGURE_IOA:' \
'    case 0x001f0001: /* configure AP */
    case 0x001e0001: /* deconfigure AP */'
after hw/s390x/sclp.c 'read_info->facilities = cpu_to_be64' \
    '                                        0x0000000100000000ULL | /* AP */'
after hw/s390x/sclp.c 'sclp_configure_io_adapter.sclp, sccb, false' \
'        break;
    case 0x001f0001:
    case 0x001e0001:
        sccb->h.response_code = cpu_to_be16(ap_emul_sclp(code));'
