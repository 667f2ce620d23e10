#include "tools/report/ink.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace opsim::report {

Ink Ink::for_terminal(bool is_terminal) {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return Ink{is_terminal && (no_color == nullptr || *no_color == '\0')};
}

std::string Ink::paint(std::string_view text, Colour colour) const {
  if (!colours_ || colour == Colour::plain) return std::string{text};
  constexpr std::string_view codes[] = {"0", "1", "2", "31", "32", "33"};
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

}  // namespace opsim::report
