import { describe, expect, it } from 'vitest'
import type { TaxonomyView } from '@/api/types'
import { category_groups, category_label, search_categories } from './category_search'

const kind = (code: string, zh: string, en: string, keywords: string[], definition = '') => ({
  code,
  name: { zh, en },
  keywords,
  definition,
  department: 'd',
  urgency: 'ordinary' as const,
  clocks: null,
})
const taxonomy: TaxonomyView = {
  chapters: [{ code: '03', name: { zh: '城乡建设', en: 'Urban development' } }],
  classes: [
    {
      code: '0301',
      chapter: '03',
      name: { zh: '住房公积金', en: 'Provident fund' },
      kinds: [
        kind('030102', '公积金贷款', 'Loans', ['公积金贷款', '商转公']),
        kind('030101', '公积金提取', 'Withdrawal', ['取公积金'], '取公积金的条件。'),
      ],
    },
    { code: '04', name: { zh: '民生', en: 'Daily life' }, kinds: [kind('04-02', '供水', 'Water and drains', ['停水', '贷款'])] },
  ],
  departments: [],
}
const groups = category_groups(taxonomy, (name) => name.zh)
const found = (query: string) => search_categories(groups, query).map(({ code }) => code)

describe('search_categories', () => {
  it('finds by code, with or without its marks', () => {
    expect(found('0301')).toEqual(['030102', '030101'])
    expect(found('04-02')).toEqual(['04-02'])
    expect(found('0402')).toEqual(['04-02'])
  })
  it('puts a name before a keyword', () => expect(found('贷款')).toEqual(['030102', '04-02']))
  it('finds by what callers say and by what belongs to it', () => {
    expect(found('停水')).toEqual(['04-02'])
    expect(found('商转公')).toEqual(['030102'])
    expect(found('条件')).toEqual(['030101'])
  })
  it('finds by either language and by class and chapter, whatever language is shown', () => {
    expect(found('WATER')).toEqual(['04-02'])
    expect(found('urban')).toEqual(['030102', '030101'])
    expect(found('城乡')).toEqual(['030102', '030101'])
  })
  it('wants every term', () => {
    expect(found('公积金 提取')).toEqual(['030101'])
    expect(found('公积金 停水')).toEqual([])
  })
  it('shows all where nothing is asked, as many as wanted', () => {
    expect(found(' ')).toHaveLength(3)
    expect(search_categories(groups, '', 2)).toHaveLength(2)
  })
})

describe('category_groups', () => {
  it('names the levels above', () => expect(groups.map(({ label }) => label)).toEqual(['城乡建设 / 住房公积金', '民生']))
  it('says a name once where class and kind share it', () => {
    expect(category_label('监狱管理', '监狱管理')).toBe('监狱管理')
    expect(category_label('民生', '供水')).toBe('民生 / 供水')
  })
})
