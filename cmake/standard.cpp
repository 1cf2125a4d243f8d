// Nothing: the library that standard.hpp is compiled for needs a source.
