#pragma once

#include <csignal>

namespace nowire {

/// Blocks all signals in the calling thread while it lives. A new thread takes over the mask of the one that makes it:
/// one that is made meanwhile gets no signal, and the program's own threads do.
class signals_blocked {
  public:
    signals_blocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    signals_blocked(const signals_blocked&) = delete;
    signals_blocked& operator=(const signals_blocked&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace nowire
