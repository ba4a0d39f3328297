#include "scrier/plugin.h"
