#pragma once
/// Series by number. A key is kept as the numbers of its words, since a fleet's series share all
/// but one of them: about 60 bytes a series instead of 400.
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/metrics.hpp"
#include "sim/cloud/number_table.hpp"

namespace opsim {

/// Texts by number, in the order in which they came.
class WordPool {
 public:
  std::uint32_t intern(std::string_view word);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view word) const;
  [[nodiscard]] const std::string& at(std::uint32_t number) const { return words_[number]; }

 private:
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view word, std::uint32_t hash) const;

  NumberTable numbers_;
  std::deque<std::string> words_;
};

class SeriesNames {
 public:
  /// The dimensions may come in any order.
  SeriesId intern(SeriesKey key);
  [[nodiscard]] std::optional<SeriesId> find(SeriesKey key) const;
  [[nodiscard]] SeriesKey key(SeriesId id) const;
  /// Account, Region, namespace, name, then name and value of each dimension, in their order.
  [[nodiscard]] std::span<const std::uint32_t> words(SeriesId id) const;
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }

  WordPool pool;  // of the words of all keys

 private:
  using Words = std::vector<std::uint32_t>;
  [[nodiscard]] std::optional<SeriesId> find(std::span<const std::uint32_t> words,
                                             std::uint32_t hash) const;

  NumberTable ids_;
  Words words_;                      // of one key after the other
  std::vector<std::uint64_t> ends_;  // where those of a key end
  Words scratch_;
};

}  // namespace opsim
