#ifndef PGWIRE_CLINUX_SHIM_H
#define PGWIRE_CLINUX_SHIM_H

// What Swift's Glibc module leaves out, and macros that do not import as the type that their call wants.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
