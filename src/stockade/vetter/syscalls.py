"""The system calls that a confined worker may make, by the machine's own numbers.

A worker computes: it reads files that it may read, takes memory, waits for its pipe, and ends. Every other call
fails as if the kernel had none of that name (``ENOSYS``), which is what C libraries know how to live with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One processor architecture."""

    audit: int
    """``AUDIT_ARCH_…`` of linux/audit.h."""
    numbers: Mapping[str, int]
    """Of the calls below, those that the architecture has."""


_X86_64 = """
read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12
rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 ioctl 16 pread64 17 readv 19 writev 20 access 21 select 23
sched_yield 24 mremap 25 mincore 27 madvise 28 dup 32 nanosleep 35 getpid 39 clone 56 exit 60 uname 63 fcntl 72
getdents 78 getcwd 79 readlink 89 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99 times 100 getuid 102 getgid 104
geteuid 107 getegid 108 getppid 110 sigaltstack 131 statfs 137 fstatfs 138 arch_prctl 158 setrlimit 160 gettid 186
futex 202 sched_getaffinity 204 getdents64 217 set_tid_address 218 fadvise64 221 clock_gettime 228 clock_getres 229
clock_nanosleep 230 exit_group 231 epoll_wait 232 epoll_ctl 233 tgkill 234 openat 257 newfstatat 262 readlinkat 267
faccessat 269 pselect6 270 ppoll 271 set_robust_list 273 epoll_pwait 281 eventfd2 290 epoll_create1 291 dup3 292
pipe2 293 preadv 295 prlimit64 302 getcpu 309 getrandom 318 membarrier 324 statx 332 rseq 334 faccessat2 439
"""

_AARCH64 = """
getcwd 17 eventfd2 19 epoll_create1 20 epoll_ctl 21 epoll_pwait 22 dup 23 dup3 24 fcntl 25 ioctl 29 statfs 43
fstatfs 44 faccessat 48 openat 56 close 57 pipe2 59 getdents64 61 lseek 62 read 63 write 64 readv 65 writev 66
pread64 67 preadv 69 pselect6 72 ppoll 73 readlinkat 78 newfstatat 79 fstat 80 exit 93 exit_group 94
set_tid_address 96 futex 98 set_robust_list 99 nanosleep 101 clock_gettime 113 clock_getres 114 clock_nanosleep 115
sched_getaffinity 123 sched_yield 124 tgkill 131 sigaltstack 132 rt_sigaction 134 rt_sigprocmask 135 rt_sigreturn 139
times 153 uname 160 getrlimit 163 setrlimit 164 getrusage 165 getcpu 168 gettimeofday 169 getpid 172 getppid 173
getuid 174 geteuid 175 getgid 176 getegid 177 gettid 178 sysinfo 179 brk 214 munmap 215 mremap 216 clone 220 mmap 222
fadvise64 223 mprotect 226 mincore 232 madvise 233 prlimit64 261 getrandom 278 membarrier 283 statx 291 rseq 293
faccessat2 439
"""


def _numbers(table: str) -> Mapping[str, int]:
    words = table.split()
    return MappingProxyType(dict(zip(words[::2], map(int, words[1::2]), strict=True)))


MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        "x86_64": Machine(audit=0xC000003E, numbers=_numbers(_X86_64)),
        "aarch64": Machine(audit=0xC00000B7, numbers=_numbers(_AARCH64)),
    }
)
"""By ``platform.machine()``. On another architecture there is no filter of calls, and the worker says so."""
