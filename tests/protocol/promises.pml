// SPDX-License-Identifier: LGPL-2.1-or-later
// What must hold. Nothing of this is known to the processes.

byte before_pool = 3;   // of the last job
byte before_has[2] = {1, 2};
byte before_file[2] = {1, 2};
byte after_pool, after_has[2], after_file[2];
bit rebooted = 0;       // since the last job began; then the host has to be as the boot left it
byte boot_pool, boot_has[2];
bit committed = 0;      // the last job's commit took place
bit in_job = 0;         // begun, and not told yet
byte told = 0;          // the last thing a requester was told
#define DONE 1
#define REFUSED 2
byte touched = 0;       // queues the other administrator acted on
byte edited = 0;        // files he edited
byte gave[2];           // what he assigned
bit excuse = 0;         // something happened that may end in degraded

// --- Promises ---------------------------------------------------------------------------------------------------------------
// A queue is with the guest of a matrix when it is assigned and bound to vfio_ap.
#define reaches(x) (has[x] & pool & ~unbound)
#define gives_before(x) (before_has[x] | before_file[x])
#define gives_after(x) (after_has[x] | after_file[x])
#define given(x) (in_job || open -> gives_before(x) | gives_after(x) : (committed -> gives_after(x) : gives_before(x)))
#define promise1() \
    assert((reaches(A) & ~(given(A) | gave[A])) == 0); \
    assert((reaches(B) & ~(given(B) | gave[B])) == 0); \
    assert((has[A] & has[B]) == 0)

#define except(x) ((x) & ~touched)
#define host_is(p, h) (except(unbound) == 0 && except(pool) == except(p) && except(has[A]) == except(h[A]) && except(has[B]) == except(h[B]))
#define is_defined(x, f) (defined[x] == f[x] && (file[x] == f[x] || (edited & BIT(x))))
#define are_defined(f) (is_defined(A, f) && is_defined(B, f))
#define all_before (are_defined(before_file) && (rebooted || host_is(before_pool, before_has)))
#define all_after (are_defined(after_file) && (rebooted || host_is(after_pool, after_has)))
#define promise2() \
    promise1(); \
    assert(degraded || (committed -> all_after : all_before)); \
    assert(degraded || !rebooted || host_is(boot_pool, boot_has)); \
    assert(told != DONE || committed); \
    assert(told != REFUSED || !committed); \
    assert(!degraded || excuse || acts > 0)

/// From here on the properties look at this job. What the other administrator did earlier is part of what was found.
inline begin_watching() {
    d_step {
        before_pool = pool; before_has[A] = has[A]; before_has[B] = has[B];
        before_file[A] = defined[A]; before_file[B] = defined[B];
        after_pool = pool; after_has[A] = has[A]; after_has[B] = has[B];
        after_file[A] = defined[A]; after_file[B] = defined[B];
        touched = 0; gave[A] = 0; gave[B] = 0; rebooted = 0; excuse = 0;
        edited = (file[A] != defined[A] -> BIT(A) : 0) | (file[B] != defined[B] -> BIT(B) : 0);
        committed = 0; told = 0; in_job = 1
    }
}
