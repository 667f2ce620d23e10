#pragma once
#include <span>
#include <string_view>

namespace opsim {

struct ZoneRow {
  std::string_view clock;  // "X-1X,M3.5.0,M10.5.0/3"
  std::string_view names;  // "Europe/Berlin Europe/Paris": separated by blanks
};

[[nodiscard]] std::span<const ZoneRow> zone_rows();

}  // namespace opsim
