#pragma once
#include <span>
#include <string_view>

namespace opsim {

/// `opsim bench hold|process|cancel --pending N --events M`: what the kernel does in a second, by
/// the three works that discrete-event kernels are compared with. Prints one RESULT line of JSON
/// and `events_per_second <n>`; returns the exit status.
int bench_kernel(std::span<const std::string_view> arguments);

}  // namespace opsim
