// Regular expressions, over code points. The one file of this folder that knows Boost.Regex.
#include <boost/regex.hpp>

#include "models/step_functions/jsonata/evaluation.hpp"
#include "models/step_functions/jsonata/letters.hpp"

namespace opsim::jsonata {

namespace {

boost::wregex compiled_regex(const Node& regex) {
  boost::wregex::flag_type flags = boost::regex::ECMAScript;
  if (regex.flags.find('i') != std::string::npos) flags |= boost::regex::icase;
  if (regex.flags.find('m') == std::string::npos) flags |= boost::regex::no_mod_m;
  return boost::wregex{wide_text(regex.text), flags};
}

}  // namespace

std::vector<Match> matches_in(const Node& regex, const std::string& text, std::size_t from,
                              std::size_t most) {
  std::vector<Match> matches;
  if (from > text.size()) return matches;
  try {
    const boost::wregex compiled = compiled_regex(regex);
    const std::wstring subject = wide_text(text);
    auto at = subject.begin() + static_cast<std::ptrdiff_t>(wide_text(text.substr(0, from)).size());
    auto known = subject.begin();  // how far `place` and `index` have been counted
    std::size_t place = 0, index = 0;
    boost::wsmatch found;
    while (matches.size() < most) {
      auto how = boost::match_not_dot_newline;
      if (regex.flags.find('m') == std::string::npos) how |= boost::match_single_line;
      if (at != subject.begin()) how |= boost::match_prev_avail;
      if (!boost::regex_search(at, subject.end(), found, compiled, how)) break;
      const std::string before = narrow_text({known, found[0].first});
      Match match{.start = place + before.size(), .index = index + utf16_length(before)};
      match.text = narrow_text(found[0].str());
      match.end = match.start + match.text.size();
      match.length = utf16_length(match.text);
      for (std::size_t group = 1; group < found.size(); ++group) {
        const auto& one = found[static_cast<int>(group)];
        match.groups.push_back(one.matched ? std::optional{narrow_text(one.str())} : std::nullopt);
      }
      if (match.length == 0 && !matches.empty())
        throw Error{"D1004", "Regular expression matches zero length string", regex.position};
      at = known = found[0].second;
      place = match.end;
      index = match.index + match.length;
      matches.push_back(std::move(match));
      if (at == subject.end()) break;
    }
  } catch (const std::runtime_error& error) {
    throw Error{"D3040", std::string{"The regular expression failed: "} + error.what(),
                regex.position};
  }
  return matches;
}

Value match_value(const Node& regex, const std::string& text, std::size_t from) {
  const auto matches = matches_in(regex, text, from, 1);
  if (matches.empty()) return {};
  const Match* const match = &matches.front();
  auto object = std::make_shared<Object>();
  object->set("match", Value{match->text});
  object->set("start", Value{static_cast<double>(match->index)});
  object->set("end", Value{static_cast<double>(match->index + match->length)});
  std::vector<Value> groups;
  for (const auto& group : match->groups) groups.push_back(group ? Value{*group} : Value{});
  object->set("groups", list_of(std::move(groups)));
  object->set("next", function_value({.regex = &regex,
                                      .arity = 0,
                                      .subject = std::make_shared<const std::string>(text),
                                      .from = match->end}));
  return Value{std::shared_ptr<const Object>{std::move(object)}};
}

}  // namespace opsim::jsonata
