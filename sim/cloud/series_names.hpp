#pragma once
/// Series by number. A key is kept as the numbers of its words, since a fleet's series share all
/// but one of them: about 120 bytes a series instead of 400.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/metrics.hpp"

namespace opsim {

/// Texts by number, in the order in which they came.
class WordPool {
 public:
  std::uint32_t intern(std::string_view word);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view word) const;
  [[nodiscard]] const std::string& at(std::uint32_t number) const { return *words_[number]; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<const std::string*> words_;  // keys of numbers_: nodes stay where they are
};

class SeriesNames {
 public:
  /// The dimensions may come in any order.
  SeriesId intern(SeriesKey key);
  [[nodiscard]] std::optional<SeriesId> find(SeriesKey key) const;
  [[nodiscard]] SeriesKey key(SeriesId id) const;
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

 private:
  WordPool words_;
  std::map<std::string, SeriesId> ids_;   // by four bytes a word
  std::vector<const std::string*> keys_;  // keys of ids_
};

}  // namespace opsim
