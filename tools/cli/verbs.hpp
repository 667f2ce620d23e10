#pragma once
#include <span>

#include "tools/cli/options.hpp"
#include "tools/cli/verb.hpp"

namespace opsim::cli {

/// All verbs, in the order in which help tells them.
std::span<const Verb> verbs();

/// What `main` runs: tests call it with streams of their own.
int main_with(Arguments words, Streams& streams);

}  // namespace opsim::cli
