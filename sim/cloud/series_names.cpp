// Series keys as numbers of words: account, Region, namespace, name, then dimension names and
// values, four bytes each.
#include "sim/cloud/series_names.hpp"

#include <algorithm>

namespace opsim {
namespace {

constexpr std::size_t kWordBytes = 4;

void append_number(std::string& text, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += static_cast<char>((number >> shift) & 0xFFU);
  }
}

std::uint32_t number_at(const std::string& text, std::size_t word) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < kWordBytes; ++i) {
    number = (number << 8U) | static_cast<unsigned char>(text[word * kWordBytes + i]);
  }
  return number;
}

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

}  // namespace

std::uint32_t WordPool::intern(std::string_view word) {
  if (const auto known = numbers_.find(word); known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(words_.size());
  words_.push_back(&numbers_.emplace(word, number).first->first);
  return number;
}

std::optional<std::uint32_t> WordPool::find(std::string_view word) const {
  const auto known = numbers_.find(word);
  if (known == numbers_.end()) return std::nullopt;
  return known->second;
}

SeriesId SeriesNames::intern(SeriesKey key) {
  std::string text;
  for_each_word(key, [&](std::string_view word) {
    append_number(text, words_.intern(word));
    return true;
  });
  const auto next = static_cast<SeriesId>(keys_.size());
  const auto [known, is_new] = ids_.try_emplace(std::move(text), next);
  if (is_new) keys_.push_back(&known->first);
  return known->second;
}

std::optional<SeriesId> SeriesNames::find(SeriesKey key) const {
  std::string text;
  const bool words_known = for_each_word(key, [&](std::string_view word) {
    const auto number = words_.find(word);
    if (number) append_number(text, *number);
    return number.has_value();
  });
  if (!words_known) return std::nullopt;
  const auto known = ids_.find(text);
  if (known == ids_.end()) return std::nullopt;
  return known->second;
}

SeriesKey SeriesNames::key(SeriesId id) const {
  const std::string& text = *keys_.at(static_cast<std::size_t>(id));
  const auto word = [&](std::size_t i) -> const std::string& {
    return words_.at(number_at(text, i));
  };
  SeriesKey key{{word(0), word(1)}, word(2), word(3), {}};
  for (std::size_t i = 4; i * kWordBytes < text.size(); i += 2) {
    key.dimensions.emplace_back(word(i), word(i + 1));
  }
  return key;
}

}  // namespace opsim
