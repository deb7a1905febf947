import { anyDictionary, list, texts } from '../compound-types.ts';
import { domain, user } from '../row.ts';
import { bool, integer, path, text } from '../scalar-types.ts';

/** Filters, vacation replies, forwarding. */
export const sieveParameters = {
  SOGoVacationEnabled: domain(bool, 'people may set vacation replies', false),
  SOGoVacationDefaultSubject: domain(text, 'subject of vacation replies'),
  SOGoVacationHeaderTemplateFile: domain(path, 'text before each vacation reply'),
  SOGoVacationFooterTemplateFile: domain(path, 'text after each vacation reply'),
  SOGoForwardEnabled: domain(bool, 'people may forward their mail', false),
  SOGoForwardConstraints: domain(
    integer(undefined, { max: 3 }),
    'where to: 0 anywhere, 1 own domains, 2 other domains, 3 own and listed',
    0,
  ),
  SOGoSieveScriptsEnabled: domain(bool, 'people may write filters', false),
  SOGoSieveFilters: user(list(anyDictionary), 'filters a new person starts with', []),
  SOGoVacationPeriodEnabled: domain(bool, 'vacation replies may have dates and hours', true),
  SOGoVacationAllowZeroDays: domain(bool, 'a vacation reply to every message', false),
  SOGoForwardConstraintsDomains: domain(texts, 'domains listed for it', []),
  SOGoNotificationEnabled: domain(bool, 'people may have notices sent', false),
  SOGoSieveScriptHeaderTemplateFile: domain(path, "Sieve before people's filters"),
  SOGoSieveScriptFooterTemplateFile: domain(path, "Sieve after people's filters"),
};
