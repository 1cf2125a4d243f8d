#pragma once

#define SHARED 42
