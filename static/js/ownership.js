// @ts-check
/**
 * What an accelerator costs its owner, worked out as src/analysis/ownership.rs does. The formulas are explained at
 * /docs/cost-of-ownership/.
 *
 * @typedef {object} Assumptions for one accelerator; shares in per cent, as the form asks for them
 * @property {number} capital US dollars
 * @property {number} interest per cent a year
 * @property {number} years
 * @property {number} residual per cent of the capital
 * @property {number} operations US dollars a year
 * @property {number} power kilowatts
 * @property {number} pue
 * @property {number} colocation US dollars a month for each kilowatt
 * @property {number} electricity US dollars per kilowatt-hour
 * @property {number} utilisation per cent of the hours
 * @property {number | null} grid grams of CO2 per kilowatt-hour
 * @property {number | null} throughput tokens/s while it serves
 */

const hoursAYear = 8760;
const monthsAYear = 12;

/** The share of a sum that is paid each year for it to be repaid with interest. @param {number} interest a share @param {number} years */
const capitalRecoveryFactor = (interest, years) => (interest === 0 ? 1 / years : interest / (1 - (1 + interest) ** -years));

/** @param {Assumptions} given */
export function ownership(given) {
  const [interest, residual, utilisation] = [given.interest / 100, given.residual / 100, given.utilisation / 100];
  const residualToday = given.capital * residual * (1 + interest) ** -given.years;
  const capital = (given.capital - residualToday) * capitalRecoveryFactor(interest, given.years);
  const colocation = given.power * given.colocation * monthsAYear;
  const kilowattHours = given.power * given.pue * hoursAYear;
  const electricity = kilowattHours * given.electricity;
  const year = capital + given.operations + colocation + electricity;
  const hour = year / hoursAYear;
  const kilograms = given.grid === null ? null : (kilowattHours * given.grid) / 1000;
  const millions = given.throughput === null ? null : (given.throughput * 3600 * hoursAYear * utilisation) / 1e6;
  return {
    capital_a_year: capital,
    colocation_a_year: colocation,
    electricity_a_year: electricity,
    dollars_a_year: year,
    dollars_an_hour: hour,
    dollars_a_used_hour: hour / utilisation,
    dollars_per_million_tokens: millions === null ? null : year / millions,
    kilograms_a_year: kilograms,
    grams_per_million_tokens: kilograms === null || millions === null ? null : (1000 * kilograms) / millions,
  };
}
