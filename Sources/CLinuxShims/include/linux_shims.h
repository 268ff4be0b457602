#ifndef LINUX_SHIMS_H
#define LINUX_SHIMS_H

/* What the module of the C library leaves out. */

/* Whether something (NTP, a GPS receiver) keeps the wall clock right: adjtimex(2) without STA_UNSYNC. */
int shim_clock_is_synchronized(void);

/* Keeps the process's memory out of core files, and from other processes of its user: prctl(2), PR_SET_DUMPABLE. */
int shim_set_not_dumpable(void);

#endif
