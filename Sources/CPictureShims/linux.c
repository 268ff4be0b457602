#define _GNU_SOURCE

#include "CPictureShims.h"

#include <errno.h>
#include <grp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit(int resource, uint64_t soft, uint64_t hard) {
    struct rlimit limits = {.rlim_cur = soft, .rlim_max = hard};
    setrlimit(resource, &limits);
}

void shim_confine(uint64_t memory, uint64_t processor_seconds) {
    const gid_t nobody = 65534;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_AS, memory, memory);
    // At the first limit comes SIGXCPU, which says why; at the second one SIGKILL.
    limit(RLIMIT_CPU, processor_seconds, processor_seconds + 1);
    limit(RLIMIT_FSIZE, 0, 0);
    // Those that are open stay open; the next one would have the number 3.
    limit(RLIMIT_NOFILE, 3, 3);
    if (geteuid() == 0) {
        // In a container it may not be allowed; the limits hold all the same.
        if (setgroups(0, NULL)) errno = 0;
        if (setresgid(nobody, nobody, nobody)) errno = 0;
        if (setresuid(nobody, nobody, nobody)) errno = 0;
    }
    limit(RLIMIT_NPROC, 0, 0);
    // After the change of user, which resets it.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int shim_spawn_closing_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int shim_ioctl(int descriptor, unsigned long request, void *argument) {
    int result;
    do {
        result = ioctl(descriptor, request, argument);
    } while (result == -1 && errno == EINTR);
    return result;
}

const unsigned long shim_vidioc_querycap = VIDIOC_QUERYCAP;
const unsigned long shim_vidioc_enum_fmt = VIDIOC_ENUM_FMT;
const unsigned long shim_vidioc_enum_framesizes = VIDIOC_ENUM_FRAMESIZES;
const unsigned long shim_vidioc_s_fmt = VIDIOC_S_FMT;
const unsigned long shim_vidioc_g_fmt = VIDIOC_G_FMT;
const unsigned long shim_vidioc_reqbufs = VIDIOC_REQBUFS;
const unsigned long shim_vidioc_querybuf = VIDIOC_QUERYBUF;
const unsigned long shim_vidioc_qbuf = VIDIOC_QBUF;
const unsigned long shim_vidioc_dqbuf = VIDIOC_DQBUF;
const unsigned long shim_vidioc_streamon = VIDIOC_STREAMON;
const unsigned long shim_vidioc_streamoff = VIDIOC_STREAMOFF;
