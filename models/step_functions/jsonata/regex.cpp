// Regular expressions. The one file of this folder that knows Boost.Regex.
#include <boost/regex.hpp>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

std::optional<Match> find_match(const Node& regex, const std::string& text, std::size_t from) {
  if (from > text.size()) return std::nullopt;
  try {
    boost::regex::flag_type flags = boost::regex::ECMAScript;
    if (regex.flags.find('i') != std::string::npos) flags |= boost::regex::icase;
    const bool lines = regex.flags.find('m') != std::string::npos;
    if (!lines) flags |= boost::regex::no_mod_m;
    const boost::regex compiled{regex.text, flags};
    boost::smatch found;
    auto how = boost::match_not_dot_newline;
    if (!lines) how |= boost::match_single_line;
    if (from > 0) how |= boost::match_prev_avail;
    const auto begin = text.begin() + static_cast<std::ptrdiff_t>(from);
    if (!boost::regex_search(begin, text.end(), found, compiled, how)) return std::nullopt;
    Match match;
    match.start = from + static_cast<std::size_t>(found.position(std::size_t{0}));
    match.end = match.start + static_cast<std::size_t>(found.length(0));
    for (std::size_t group = 1; group < found.size(); ++group)
      match.groups.push_back(found[static_cast<int>(group)].str());
    return match;
  } catch (const std::runtime_error& error) {
    throw Error{"D3040", std::string{"The regular expression failed: "} + error.what(),
                regex.position};
  }
}

}  // namespace opsim::jsonata
