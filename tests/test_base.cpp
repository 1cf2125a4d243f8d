// Nothing: the precompiled headers of all tests belong to this source's target (cmake/nowire_targets.cmake).
