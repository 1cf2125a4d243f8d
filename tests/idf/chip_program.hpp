#pragma once

#include "radio/hub_world.hpp"
#include "support/files.hpp"

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nowire::test {

/// What a program did.
struct ending {
    int status = -1;  ///< its exit status, or 128 plus the signal that ended it; -1: it did not end in time
    std::string out;
    std::string err;
};

/// Runs a program for the chip, support_program.c where no other is named, on an air of the test's own, with a folder
/// and an environment of its own. What it prints goes to files, as where nobody looks on.
class chip_program {
  public:
    explicit chip_program(std::string executable = NOWIRE_IDF_PROGRAM);

    const std::filesystem::path& folder() const { return folder_.path(); }
    /// Sets a variable for the runs to come.
    void set(const std::string& variable, const std::string& value) { environment_[variable] = value; }
    /// The radio's URL for the runs to come, with these parameters: "?name=kitchen".
    void set_radio(const std::string& parameters) { set("NOWIRE_RADIO", "air:" + hub_.socket() + parameters); }

    /// Runs it to its end. @param what  it is to do @param arguments  on its command line
    ending run(const std::string& what, const std::vector<std::string>& arguments = {});

    /// A run that may wait until its stdin is closed.
    struct running {
        pid_t id = -1;
        int standard_input = -1;
        int number = 0;
    };
    running start(const std::string& what, const std::vector<std::string>& arguments = {});
    /// Waits until it has printed this. False where that does not come in time.
    bool prints(const running& r, const std::string& text);
    /// Closes its stdin and waits for its end.
    ending finish(const running& r);

  private:
    std::filesystem::path file(const std::string& what, int number) const;

    std::string executable_;
    temporary_folder folder_;
    hub_process hub_{folder_ / "air"};
    std::map<std::string, std::string> environment_;
    int runs_ = 0;
};

}  // namespace nowire::test
