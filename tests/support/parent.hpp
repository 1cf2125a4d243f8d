#pragma once

#include <sys/types.h>

namespace nowire::test {

/// In a child, at once after fork(): the kernel kills it when its parent ends, however that ends. The thread that
/// called fork() must live as long as the child is to; what the child becomes by exec keeps it, its own children do
/// not.
/// @param parent  getpid() before fork(): it may have ended since
void end_with_parent(pid_t parent);

}  // namespace nowire::test
