#include <esp_idf_version.h>

#include <map>
#include <mutex>
#include <string>

extern "C" const char* nowire_idf_version_text(unsigned version) {
    static std::mutex lock;
    static std::map<unsigned, std::string> texts;
    const std::lock_guard guard(lock);
    auto& text = texts[version];
    if (text.empty()) {
        text.append("v").append(std::to_string(version >> 16)).append(".").append(std::to_string(version >> 8 & 0xff));
        if ((version & 0xff) != 0) text.append(".").append(std::to_string(version & 0xff));
    }
    return text.c_str();
}
