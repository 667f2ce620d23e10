// Series keys as numbers of words.
#include "sim/cloud/series_names.hpp"

#include <algorithm>

namespace opsim {
namespace {

/// Calls `each` with every word of a key; false as soon as it says so.
template <class Each>
bool for_each_word(SeriesKey& key, Each&& each) {
  std::ranges::sort(key.dimensions);
  if (!each(key.place.account) || !each(key.place.region) || !each(key.metric_namespace) ||
      !each(key.metric_name)) {
    return false;
  }
  return std::ranges::all_of(key.dimensions, [&](const auto& dimension) {
    return each(dimension.first) && each(dimension.second);
  });
}

/// Both halves of a product depend on all that came before.
constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio (Knuth, TAOCP 6.4)
std::uint64_t mixed(std::uint64_t hash, std::uint64_t next) {
  hash = (hash ^ next) * kSpread;
  return hash ^ (hash >> 32U);
}

std::uint32_t hash_of_words(std::span<const std::uint32_t> words) {
  std::uint64_t hash = words.size();
  for (const std::uint32_t word : words) hash = mixed(hash, word);
  return static_cast<std::uint32_t>(hash);
}

std::uint32_t hash_of_text(std::string_view text) {
  std::uint64_t hash = text.size();
  while (!text.empty()) {
    std::uint64_t next = 0;
    const std::size_t taken = text.copy(reinterpret_cast<char*>(&next), sizeof next);
    hash = mixed(hash, next);
    text.remove_prefix(taken);
  }
  return static_cast<std::uint32_t>(hash);
}

}  // namespace

std::uint32_t WordPool::intern(std::string_view word) {
  const std::uint32_t hash = hash_of_text(word);
  if (const auto known = find(word, hash)) return *known;
  const auto number = static_cast<std::uint32_t>(words_.size());
  words_.emplace_back(word);
  numbers_.add(hash, number);
  return number;
}

std::optional<std::uint32_t> WordPool::find(std::string_view word) const {
  return find(word, hash_of_text(word));
}

std::optional<std::uint32_t> WordPool::find(std::string_view word, std::uint32_t hash) const {
  return numbers_.find(hash, [&](std::uint32_t number) { return words_[number] == word; });
}

SeriesId SeriesNames::intern(SeriesKey key) {
  scratch_.clear();
  for_each_word(key, [&](std::string_view word) {
    scratch_.push_back(pool.intern(word));
    return true;
  });
  const std::uint32_t hash = hash_of_words(scratch_);
  if (const auto known = find(scratch_, hash)) return *known;
  const auto next = static_cast<std::uint32_t>(ends_.size());
  words_.insert(words_.end(), scratch_.begin(), scratch_.end());
  ends_.push_back(words_.size());
  ids_.add(hash, next);
  return static_cast<SeriesId>(next);
}

std::optional<SeriesId> SeriesNames::find(SeriesKey key) const {
  Words sought;
  const bool words_known = for_each_word(key, [&](std::string_view word) {
    const auto number = pool.find(word);
    if (number) sought.push_back(*number);
    return number.has_value();
  });
  if (!words_known) return std::nullopt;
  return find(sought, hash_of_words(sought));
}

std::optional<SeriesId> SeriesNames::find(std::span<const std::uint32_t> sought,
                                          std::uint32_t hash) const {
  const auto found = ids_.find(hash, [&](std::uint32_t number) {
    return std::ranges::equal(words(static_cast<SeriesId>(number)), sought);
  });
  if (!found) return std::nullopt;
  return static_cast<SeriesId>(*found);
}

std::span<const std::uint32_t> SeriesNames::words(SeriesId id) const {
  const auto number = static_cast<std::size_t>(id);
  const std::size_t begins = number == 0 ? 0 : ends_[number - 1];
  return {words_.data() + begins, ends_.at(number) - begins};
}

SeriesKey SeriesNames::key(SeriesId id) const {
  const std::span<const std::uint32_t> parts = words(id);
  const auto word = [&](std::size_t i) -> const std::string& { return pool.at(parts[i]); };
  SeriesKey key{{word(0), word(1)}, word(2), word(3), {}};
  for (std::size_t i = 4; i < parts.size(); i += 2)
    key.dimensions.emplace_back(word(i), word(i + 1));
  return key;
}

}  // namespace opsim
