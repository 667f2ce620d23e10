// SIMPLIFIED: AWS does not publish its algorithm. Here a token that holds a digit varies, by its
// look: a date, a time, an address, a number, an id. Patterns of as many tokens that differ in one
// word alone are one, where at least kManyWords words stand there.
#include "models/logs/insights_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace opsim::logs {
namespace {

constexpr std::size_t kManyWords = 4;
constexpr std::size_t kMostTokens = 200;  // of one message; what follows is one token

bool is_pattern_digit(char c) { return c >= '0' && c <= '9'; }
bool is_pattern_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
/// What may stand within one token: ids, addresses, times, paths stay whole.
bool joins(char c) { return c == '-' || c == '.' || c == ':' || c == '/'; }

bool looks_like(std::string_view token, std::string_view shape) {
  if (token.size() != shape.size()) return false;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool fits = shape[i] == '9'   ? is_pattern_digit(token[i])
                      : shape[i] == 'x' ? std::isxdigit(static_cast<unsigned char>(token[i])) != 0
                                        : token[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

bool is_plain_number(std::string_view token) {
  return std::ranges::all_of(token, [](char c) { return is_pattern_digit(c) || c == '.'; }) &&
         std::ranges::count(token, '.') < 2;
}

bool is_address(std::string_view token) {
  return std::ranges::count(token, '.') == 3 && std::ranges::all_of(token, [](char c) {
           return is_pattern_digit(c) || c == '.' || c == ':';
         });
}

/// What a token that varies is called; "" for one that stays.
std::string_view kind_of(std::string_view token) {
  if (std::ranges::none_of(token, is_pattern_digit)) return {};
  if (looks_like(token, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) return "UUID";
  if (token.size() >= 16 && looks_like(token.substr(0, 11), "9999-99-99T")) return "Time";
  if (looks_like(token, "9999-99-99") || looks_like(token, "9999/99/99")) return "Date";
  if (token.size() >= 8 && looks_like(token.substr(0, 8), "99:99:99")) return "Time";
  if (is_address(token)) return "IP";
  if (is_plain_number(token)) return "Number";
  return "ID";
}

/// Words, and the characters between them, each a token.
std::vector<std::string> message_tokens(std::string_view message) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < message.size();) {
    if (tokens.size() == kMostTokens) {
      tokens.emplace_back(message.substr(at));
      break;
    }
    std::size_t end = at + 1;
    if (is_pattern_word(message[at])) {
      const auto goes_on = [&](std::size_t i) {
        return is_pattern_word(message[i]) ||
               (joins(message[i]) && i + 1 < message.size() && is_pattern_word(message[i + 1]));
      };
      while (end < message.size() && goes_on(end)) ++end;
    }
    tokens.emplace_back(message.substr(at, end - at));
    at = end;
  }
  return tokens;
}

struct Cluster {
  std::vector<std::string> tokens;      // as kept; a kind for one that varies
  std::vector<std::string_view> kinds;  // "" for one that stays
  std::size_t count = 0;
  std::size_t first = 0;  // the message that it was found in first
};

std::string pattern_text_of(const Cluster& cluster) {
  std::string text;
  std::size_t number = 0;
  for (std::size_t i = 0; i < cluster.tokens.size(); ++i) {
    if (cluster.kinds[i].empty()) {
      text += cluster.tokens[i];
    } else {
      text += fmt::format("<{}-{}>", cluster.kinds[i], ++number);
    }
  }
  return text;
}

std::string_view severity_of(const Cluster& cluster) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{
      {"critical", "Error"},
      {"error", "Error"},
      {"exception", "Error"},
      {"fatal", "Error"},
      {"warn", "Warning"},
      {"warning", "Warning"},
      {"info", "Info"},
      {"debug", "Debug"},
      {"trace", "Debug"},
  }};
  for (const auto& [word, label] : kWords) {
    for (const std::string& token : cluster.tokens) {
      const bool same = std::ranges::equal(token, word, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
      });
      if (same) return label;
    }
  }
  return {};
}

using Clusters = std::map<std::string, Cluster>;

/// Clusters whose texts are the same but for one word become one, where there are many of them.
void merge_words(Clusters& clusters) {
  std::map<std::string, std::vector<std::pair<std::string, std::size_t>>> alike;  // -> key, place
  for (const auto& [key, cluster] : clusters) {
    for (std::size_t i = 0; i < cluster.tokens.size(); ++i) {
      if (!cluster.kinds[i].empty() || !is_pattern_word(cluster.tokens[i][0])) continue;
      Cluster without = cluster;
      without.kinds[i] = "Token";
      alike[pattern_text_of(without)].emplace_back(key, i);
    }
  }
  for (const auto& [text, members] : alike) {
    Cluster merged;
    std::size_t standing = 0;
    for (const auto& [key, place] : members) standing += clusters.contains(key) ? 1 : 0;
    if (standing < kManyWords) continue;
    for (const auto& [key, place] : members) {
      const auto found = clusters.find(key);
      if (found == clusters.end()) continue;
      const std::size_t count = merged.count + found->second.count;
      const std::size_t first =
          merged.count == 0 ? found->second.first : std::min(merged.first, found->second.first);
      merged = found->second;
      merged.kinds[place] = "Token";
      merged.count = count;
      merged.first = first;
      clusters.erase(found);
    }
    clusters.emplace(text, std::move(merged));
  }
}

}  // namespace

std::vector<FoundPattern> find_patterns(const std::vector<std::string>& messages) {
  Clusters clusters;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    Cluster cluster{.tokens = message_tokens(messages[i]), .kinds = {}, .count = 0, .first = i};
    for (const std::string& token : cluster.tokens) cluster.kinds.push_back(kind_of(token));
    std::string key = pattern_text_of(cluster);
    clusters.try_emplace(std::move(key), std::move(cluster)).first->second.count += 1;
  }
  merge_words(clusters);
  std::vector<const Cluster*> ordered;
  for (const auto& [key, cluster] : clusters) ordered.push_back(&cluster);
  std::ranges::stable_sort(ordered, [](const Cluster* a, const Cluster* b) {
    return a->count != b->count ? a->count > b->count : a->first < b->first;
  });
  std::vector<FoundPattern> found;
  for (const Cluster* cluster : ordered) {
    found.push_back({pattern_text_of(*cluster), cluster->count,
                     static_cast<double>(cluster->count) / static_cast<double>(messages.size()),
                     severity_of(*cluster)});
  }
  return found;
}

}  // namespace opsim::logs
