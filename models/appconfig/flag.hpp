#pragma once
/// What a feature flag's content says of users. Pure.
///
/// AWS: AppConfig User Guide, "Understanding multi-variant feature flag rules".
#include <string>
#include <string_view>

namespace opsim::appconfig {

/// The share of the users, in per cent, for whom a flag is enabled: variants in their order, the
/// first whose rule holds decides. Of rules only `(split by::$key pct::N)` is known; nobody fits
/// another.
[[nodiscard]] double enabled_share(const std::string& content, std::string_view key);

}  // namespace opsim::appconfig
