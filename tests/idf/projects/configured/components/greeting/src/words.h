#pragma once

#define FORMAL "Good day"
