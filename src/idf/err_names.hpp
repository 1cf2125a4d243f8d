#pragma once

namespace nowire::idf {

/// The name of a code of ESP-IDF; nullptr for one that has none.
const char* error_name(int code);

}  // namespace nowire::idf
